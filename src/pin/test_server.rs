//! A server on loopback for tests: it responds as configured, or not at all.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A request that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReceivedRequest {
    pub method: String,
    /// With its query.
    pub path: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// The behavior of the server.
#[derive(Debug, Clone)]
pub(super) enum ServerReply {
    /// Responds with a status, headers and a body.
    Answer { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    /// Sends these bytes and closes the connection.
    Raw(Vec<u8>),
    /// Sends these bytes and then nothing.
    Hang(Vec<u8>),
    /// Sends the first bytes, and the second ones again and again, with a pause between.
    Endless(Vec<u8>, Vec<u8>, Duration),
}

impl ServerReply {
    #[must_use]
    pub(super) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Answer { status: 200, headers: Vec::new(), body: body.into() }
    }

    #[must_use]
    pub(super) fn status(status: u16) -> Self {
        Self::Answer { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header.
    #[must_use]
    pub(super) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.to_string(), value.into()));
        }
        self
    }
}

type RequestHandler = dyn Fn(&ReceivedRequest) -> ServerReply + Send + Sync;

/// A server; it stops when it is dropped.
pub(super) struct Server {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    handler: Box<RequestHandler>,
    received: Mutex<Vec<ReceivedRequest>>,
    active: AtomicUsize,
    most: AtomicUsize,
    stop: AtomicBool,
}

impl Server {
    #[must_use]
    pub(super) fn new(handler: impl Fn(&ReceivedRequest) -> ServerReply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            handler: Box::new(handler),
            received: Mutex::default(),
            active: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        });
        let server = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if server.stop.load(Ordering::Relaxed) {
                    return;
                }
                let server = Arc::clone(&server);
                std::thread::spawn(move || server.serve(stream));
            }
        });
        Self { address, shared }
    }

    /// Host and port.
    #[must_use]
    pub(super) fn host(&self) -> String {
        self.address.to_string()
    }

    /// The requests that were received so far.
    #[must_use]
    pub(super) fn received(&self) -> Vec<ReceivedRequest> {
        self.shared.received.lock().expect("no panic").clone()
    }

    /// The maximum number of requests that were processed at the same time.
    #[must_use]
    pub(super) fn max_parallel_requests(&self) -> usize {
        self.shared.most.load(Ordering::Relaxed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) {
        let Some(received) = receive_request(&stream) else { return };
        let active = self.active.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(active, Ordering::SeqCst);
        self.received.lock().expect("no panic").push(received.clone());
        let reply = (self.handler)(&received);
        // Before the reply: as soon as the client has it, it may send the next request.
        self.active.fetch_sub(1, Ordering::SeqCst);
        // The client may have disconnected.
        let _ = self.send(&mut stream, reply);
    }

    fn send(&self, stream: &mut TcpStream, reply: ServerReply) -> std::io::Result<()> {
        match reply {
            ServerReply::Answer { status, headers, body } => {
                let mut head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
                for (name, value) in headers {
                    head += &format!("{name}: {value}\r\n");
                }
                stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
                stream.write_all(&body)
            }
            ServerReply::Raw(bytes) => stream.write_all(&bytes),
            ServerReply::Hang(bytes) => {
                stream.write_all(&bytes)?;
                self.wait(stream)
            }
            ServerReply::Endless(first, again, pause) => {
                stream.write_all(&first)?;
                let started = Instant::now();
                while !self.is_deadline_passed(started) {
                    stream.write_all(&again)?;
                    std::thread::sleep(pause);
                }
                Ok(())
            }
        }
    }

    /// Waits until the client disconnects, or the test is over.
    fn wait(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_millis(20)))?;
        let started = Instant::now();
        while !self.is_deadline_passed(started) {
            match stream.read(&mut [0]) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock) => {}
                Err(error) if matches!(error.kind(), std::io::ErrorKind::TimedOut) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn is_deadline_passed(&self, started: Instant) -> bool {
        self.stop.load(Ordering::Relaxed) || started.elapsed() > Duration::from_secs(20)
    }
}

fn receive_request(stream: &TcpStream) -> Option<ReceivedRequest> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_string(), words.next()?.to_string());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_string());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(ReceivedRequest { method, path, headers, body: String::from_utf8_lossy(&body).into_owned() })
}
