//! [`Request`]: what a client asks about a document, and the answer, worked out away from the server's loop.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use gen_lsp_types::{CodeActionContext, Position, Range, Uri};
use lsp_server::{ErrorCode, RequestId, ResponseError};
use serde_json::Value;

use super::analysis::Analysis;
use super::client::Client;
use super::configuration::Rules;
use super::position::Text;
use super::{actions, definition, diagnostics, formatting, hover, symbols};

/// A question about a document.
#[derive(Debug)]
pub struct Request {
    pub id: RequestId,
    pub uri: Uri,
    pub ask: Ask,
}

/// What is asked.
#[derive(Debug)]
pub enum Ask {
    /// With the number of the answer that the client got last.
    Diagnostics(Option<String>),
    Actions(Range, CodeActionContext),
    Hover(Position),
    Definition(Position),
    Symbols,
    /// A range of the document, or all of it.
    Formatting(Option<Range>),
}

impl Ask {
    /// Whether the diagnostics must be known to answer.
    pub const fn needs_analysis(&self) -> bool {
        matches!(self, Self::Diagnostics(_) | Self::Actions(..) | Self::Hover(_))
    }

    /// Whether it is about whatever the document is by now.
    pub const fn is_of_any_version(&self) -> bool {
        matches!(self, Self::Diagnostics(_))
    }
}

/// All that an answer is made from.
#[derive(Debug, Clone)]
pub struct Subject {
    pub uri: Uri,
    pub version: i32,
    pub text: Arc<Text>,
    pub rules: Rules,
    pub serial: u64,
    /// Empty where the question does not need it.
    pub analysis: Arc<Analysis>,
    pub client: Arc<Client>,
}

impl Subject {
    /// The answer, as JSON.
    ///
    /// # Errors
    /// dockwright itself is at fault.
    pub fn answer(&self, ask: &Ask) -> Result<Value, ResponseError> {
        let work = || match ask {
            Ask::Diagnostics(previous) => serde_json::to_value(diagnostics::pull(
                &self.analysis,
                &self.text,
                self.serial,
                previous.as_deref(),
            )),
            Ask::Actions(range, context) => serde_json::to_value(actions::actions(self, *range, context)),
            Ask::Hover(position) => serde_json::to_value(hover::hover(self, *position)),
            Ask::Definition(position) => serde_json::to_value(definition::definition(self, *position)),
            Ask::Symbols => serde_json::to_value(symbols::symbols(self)),
            Ask::Formatting(range) => serde_json::to_value(formatting::formatting(self, *range)),
        };
        match panic::catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(internal(error.to_string())),
            Err(_) => Err(internal("internal error in dockwright; please report it".to_string())),
        }
    }
}

fn internal(message: String) -> ResponseError {
    ResponseError { code: ErrorCode::InternalError as i32, message, data: None }
}
