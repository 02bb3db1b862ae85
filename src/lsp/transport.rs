//! Messages over a pair of streams, each on a separate thread.
//!
//! `lsp-server` offers the same, but this module continues after a message that is not valid JSON, does not allocate
//! the length that a header states, and never makes the server wait for a client that does not read.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use lsp_server::{Connection, Message, Notification};

use crate::library_errors::describe_json_error;

/// The method with which the server is notified of an unreadable message; its parameter gives the reason.
pub(super) const UNREADABLE: &str = "$/unreadable";
/// The longest message that is read, in bytes.
const LONGEST: u64 = 512 << 20;
/// The longest line of a header, in bytes.
const LONGEST_HEADER: u64 = 4096;
/// Maximum number of messages that wait to be processed.
const WAITING: usize = 64;

/// The threads of a connection, which end after the connection is dropped.
#[derive(Debug)]
pub struct TransportThreads {
    writer: JoinHandle<io::Result<()>>,
    broken: Receiver<io::Error>,
}

impl TransportThreads {
    /// Waits until everything is written. The connection must have been dropped.
    ///
    /// # Errors
    /// The input could not be read to its end. (A closed output is not an error.)
    pub fn finish(self) -> io::Result<()> {
        // The reader is not stopped: it may wait for input that never comes.
        drop(self.writer.join());
        self.broken.try_recv().map_or(Ok(()), Err)
    }
}

/// A connection over these two streams.
///
/// # Errors
/// The system cannot start threads.
pub fn connect(
    input: impl Read + Send + 'static,
    mut output: impl Write + Send + 'static,
) -> io::Result<(Connection, TransportThreads)> {
    let (sender, outgoing) = unbounded::<Message>();
    let (incoming, receiver) = bounded::<Message>(WAITING);
    let (breaks, broken) = bounded(1);
    thread::Builder::new().name("reader".to_string()).spawn(move || {
        if let Err(error) = read_messages_until_end(BufReader::new(input), &incoming) {
            drop(breaks.send(error));
        }
    })?;
    let writer = thread::Builder::new()
        .name("writer".to_string())
        .spawn(move || outgoing.into_iter().try_for_each(|message| message.write(&mut output)))?;
    Ok((Connection { sender, receiver }, TransportThreads { writer, broken }))
}

/// Reads to the end, to `exit`, or until the receiver is closed.
fn read_messages_until_end(mut input: impl BufRead, server: &Sender<Message>) -> io::Result<()> {
    while let Some(bytes) = read_frame(&mut input)? {
        let message = serde_json::from_slice(&bytes).unwrap_or_else(|error| {
            Message::Notification(Notification::new(UNREADABLE.to_string(), describe_json_error(&error)))
        });
        let is_last = matches!(&message, Message::Notification(last) if last.method == "exit");
        if server.send(message).is_err() || is_last {
            break;
        }
    }
    Ok(())
}

/// The bytes of one message; `None` at the end of the input.
fn read_frame(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        input.take(LONGEST_HEADER).read_until(b'\n', &mut line)?;
        if line.is_empty() && length.is_none() {
            return Ok(None);
        }
        let Some(line) = line.strip_suffix(b"\n") else {
            return Err(invalid_input("a header line is not terminated"));
        };
        let line = line.trim_ascii();
        if line.is_empty() {
            break;
        }
        let line = String::from_utf8_lossy(line);
        let Some((name, value)) = line.split_once(':') else {
            return Err(invalid_input("a header line has no colon"));
        };
        if name.trim().eq_ignore_ascii_case("Content-Length") {
            let value = value.trim().parse::<u64>().ok().filter(|length| *length <= LONGEST);
            length = Some(value.ok_or_else(|| invalid_input("invalid `Content-Length`"))?);
        }
    }
    let length = length.ok_or_else(|| invalid_input("no `Content-Length` header"))?;
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(invalid_input("the input ends in the middle of a message"));
    }
    Ok(Some(bytes))
}

fn invalid_input(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(text: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{text}", text.len())
    }

    /// The methods of the messages, and the error that ended reading.
    fn read(input: &str) -> (Vec<String>, Option<String>) {
        let (connection, threads) =
            connect(io::Cursor::new(input.to_string()), Vec::new()).expect("there are threads");
        let methods = connection.receiver.iter().map(|message| match message {
            Message::Notification(notification) => notification.method,
            other => format!("{other:?}"),
        });
        let methods = methods.collect();
        drop(connection);
        (methods, threads.finish().err().map(|error| error.to_string()))
    }

    #[test]
    fn reads_messages_until_invalid() {
        let (a, exit) = (framed(r#"{"method":"a"}"#), framed(r#"{"method":"exit"}"#));
        let broken = framed("{");
        for (input, methods, error) in [
            (String::new(), vec![], None),
            (format!("{a}{a}"), vec!["a", "a"], None),
            (format!("{a}{exit}{a}"), vec!["a", "exit"], None),
            (format!("{broken}{a}"), vec![UNREADABLE, "a"], None),
            ("content-length:14\nX: y\n\n{\"method\":\"a\"}".to_string(), vec!["a"], None),
            (
                format!("{a}Content-Length: 9\r\n\r\n{{"),
                vec!["a"],
                Some("the input ends in the middle of a message"),
            ),
            ("Content-Length: 9".to_string(), vec![], Some("a header line is not terminated")),
            ("{}\n".to_string(), vec![], Some("a header line has no colon")),
            ("\r\n".to_string(), vec![], Some("no `Content-Length` header")),
            ("Content-Length: 99999999999\r\n\r\n".to_string(), vec![], Some("invalid `Content-Length`")),
            ("x".repeat(9000), vec![], Some("a header line is not terminated")),
        ] {
            assert_eq!(
                read(&input),
                (methods.iter().map(ToString::to_string).collect(), error.map(str::to_string)),
                "{input:.80}"
            );
        }
    }
}
