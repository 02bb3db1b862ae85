//! Pins that are looked up when their action is chosen.

use std::panic::{self, AssertUnwindSafe};

use gen_lsp_types::{
    ApplyWorkspaceEditParams, ApplyWorkspaceEditRequest, MessageType, ShowMessageNotification,
    ShowMessageParams,
};
use lsp_server::{ErrorCode, RequestId};
use serde_json::Value;

use super::actions::{PinArgument, execute_pin};
use super::session::{Session, ThreadResult, response_error};

impl Session {
    /// Looks up a pin, on a separate thread, because a registry may be slow.
    pub(super) fn pin(&mut self, id: RequestId, argument: &PinArgument) {
        self.pending.insert(id.clone());
        let Some(subject) = self.request_context(argument.uri.clone()) else {
            let message = format!("`{}` is not open", argument.uri);
            self.send_response(id, Err(response_error(ErrorCode::InvalidParams, message)));
            return;
        };
        let position = argument.position;
        self.spawn(move || {
            let work = AssertUnwindSafe(|| execute_pin(&subject, position));
            let edit = panic::catch_unwind(work)
                .unwrap_or_else(|_| Err("internal error in dockwright; please report it".to_string()));
            ThreadResult::Pinned { id, edit: edit.map(Box::new) }
        });
    }

    /// Sends the edit that writes a pin, unless the request was canceled.
    pub(super) fn handle_pin_result(
        &mut self,
        id: RequestId,
        edit: Result<Box<ApplyWorkspaceEditParams>, String>,
    ) {
        if !self.pending.contains(&id) {
            return;
        }
        match edit {
            Ok(edit) => {
                self.request::<ApplyWorkspaceEditRequest>(&edit);
                self.send_response(id, Ok(Value::Null));
            }
            Err(why) => {
                let params = ShowMessageParams::new(MessageType::Error, format!("dockwright: {why}"));
                self.notify::<ShowMessageNotification>(&params);
                self.send_response(id, Err(response_error(ErrorCode::RequestFailed, why)));
            }
        }
    }
}
