//! [`TextThread`]: a thread that responds to the requests about one version of a document. They share the syntax tree
//! and the meaning of its text, which a request would otherwise compute again.

use std::cell::OnceCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, OnceLock};

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_server::RequestId;

use super::position::DocumentText;
use super::requests::{RequestContext, RequestKind};
use super::session::ThreadResult;
use crate::semantic::{Semantics, View};
use crate::syntax::{self, Dockerfile};

/// A request with its data.
pub(super) type DocumentJob = (RequestId, RequestKind, RequestContext);

/// The syntax tree of a text, and its meaning, which is computed on first use.
pub(super) struct ParsedText<'t> {
    pub(super) file: &'t Dockerfile<'t>,
    semantics: OnceCell<Semantics<'t>>,
}

impl<'t> ParsedText<'t> {
    pub(super) const fn new(file: &'t Dockerfile<'t>) -> Self {
        Self { file, semantics: OnceCell::new() }
    }

    pub(super) fn semantics(&self) -> &Semantics<'t> {
        self.semantics.get_or_init(|| Semantics::new(self.file, View::Exact))
    }
}

/// The thread of a text, started by the first request. It ends when the text is neither open nor part of a request.
#[derive(Debug, Clone, Default)]
pub(super) struct TextThread(Arc<OnceLock<Sender<DocumentJob>>>);

impl TextThread {
    /// The sender of requests to the thread; `start` starts a thread that runs a function. If that fails, sending fails.
    pub(super) fn sender(
        &self,
        text: &Arc<DocumentText>,
        done: &Sender<ThreadResult>,
        start: impl FnOnce(Box<dyn FnOnce() + Send>),
    ) -> Sender<DocumentJob> {
        let started = self.0.get_or_init(|| {
            let (sender, jobs) = unbounded();
            let (text, done) = (Arc::clone(text), done.clone());
            start(Box::new(move || respond_to_all(&text, &jobs, &done)));
            sender
        });
        started.clone()
    }
}

fn respond_to_all(text: &DocumentText, jobs: &Receiver<DocumentJob>, done: &Sender<ThreadResult>) {
    let file = parse(text);
    let parsed = ParsedText::new(&file);
    for job in jobs {
        // If sending fails, the receiver is closed.
        drop(done.send(respond(job, &parsed)));
    }
}

fn respond((id, ask, subject): DocumentJob, parsed: &ParsedText<'_>) -> ThreadResult {
    let response = subject.response(&ask, parsed);
    let log = subject.log_entry_of_response(&ask, parsed, &response);
    ThreadResult::Responded { id, response, log }
}

/// Responds to a request that takes long, so that others do not wait for it.
pub(super) fn respond_alone(job: DocumentJob) -> ThreadResult {
    let text = Arc::clone(&job.2.text);
    respond(job, &ParsedText::new(&parse(&text)))
}

/// The syntax tree. The analysis reports a text at which the parser fails.
fn parse(text: &DocumentText) -> Dockerfile<'_> {
    panic::catch_unwind(AssertUnwindSafe(|| syntax::parse(text.bytes())))
        .unwrap_or_else(|_| syntax::parse(b""))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crossbeam_channel::RecvTimeoutError;

    use super::super::position::PositionUnits;
    use super::*;

    #[test]
    fn a_text_has_one_thread_until_it_is_dropped() {
        let text = Arc::new(DocumentText::new("FROM a\n".to_string(), PositionUnits::Utf16));
        let (done, results) = unbounded();
        let thread = TextThread::default();
        let mut started = 0;
        for _ in 0..2 {
            thread.sender(&text, &done, |run| {
                started += 1;
                std::thread::spawn(run);
            });
        }
        assert_eq!(started, 1);
        drop(done);
        assert!(matches!(results.recv_timeout(Duration::from_millis(50)), Err(RecvTimeoutError::Timeout)));
        drop(thread);
        let end = results.recv_timeout(Duration::from_mins(1));
        assert!(matches!(end, Err(RecvTimeoutError::Disconnected)), "{end:?}");
    }
}
