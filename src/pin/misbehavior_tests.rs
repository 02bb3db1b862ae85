//! Servers that misbehave: each lookup ends in time with an error that describes the failure, and the other
//! lookups succeed.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::failure::LookupError;
use super::lookup::ImageName;
use super::test_server::{ReceivedRequest, Server, ServerReply};
use super::*;
use crate::hexadecimal::to_hexadecimal;

/// The password that must never be printed.
const PASSWORD: &str = "hunter2-is-secret";
const INDEX: &str = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"digest":"sha256:1"}]}"#;

fn limits() -> HttpLimits {
    HttpLimits {
        connect: Duration::from_millis(500),
        read_timeout: Duration::from_millis(300),
        document: Duration::from_millis(700),
        file: Duration::from_millis(700),
        attempts: 2,
        back_off: Duration::from_millis(5),
        longest_wait: Duration::from_millis(1500),
        document_size: 100_000,
        file_size: 100_000,
    }
}

fn digest(content: &str) -> String {
    format!("sha256:{}", to_hexadecimal(&Sha256::digest(content)))
}

fn image(host: &str, path: &str) -> LookupRequest {
    let tag = Some("1".to_string());
    LookupRequest::Image {
        name: ImageName { host: host.to_string(), path: path.to_string(), tag },
        pinned: None,
    }
}

/// The responses to questions, with the credentials in a directory.
fn look_up_all(
    questions: &[LookupRequest],
    credentials: &Credentials,
    settings: &PinSettings,
) -> LookupResults {
    let (client, memory, cache) =
        (HttpClient::new(limits()), LookupMemory::default(), ResponseCache::in_directory(None));
    let access = RegistryAccess { client: &client, credentials, settings, memory: &memory, dates: false };
    let lookup = PinLookup { access, cache: &cache, offline: false, resolver: &resolver };
    lookup.look_up_all(&questions.iter().cloned().collect::<BTreeSet<_>>(), &|| {})
}

fn credentials_for_hosts(hosts: &[&str]) -> (tempfile::TempDir, Credentials) {
    use base64::Engine as _;
    let auth = base64::engine::general_purpose::STANDARD.encode(format!("me:{PASSWORD}"));
    let auths: Vec<String> =
        hosts.iter().map(|host| format!("\"{host}\": {{\"auth\": \"{auth}\"}}")).collect();
    let directory = tempfile::tempdir().expect("a directory");
    let text = format!("{{\"auths\": {{{}}}}}", auths.join(","));
    std::fs::write(directory.path().join("config.json"), text).expect("written");
    let credentials = Credentials::in_directory(Some(directory.path().to_path_buf()));
    (directory, credentials)
}

type ServerBehavior = Box<dyn Fn(&ReceivedRequest) -> ServerReply + Send + Sync>;

/// Whether a lookup failed as expected; `None` if it must succeed.
type ExpectedError = Option<fn(&LookupError) -> bool>;

/// An [`ExpectedError`] that matches a pattern.
macro_rules! fails {
    ($($pattern:tt)+) => {
        Some(|error: &LookupError| matches!(error, $($pattern)+))
    };
}

/// A name, a behavior and its effect on a lookup.
fn server_misbehaviors() -> Vec<(&'static str, ServerBehavior, ExpectedError)> {
    let always = |reply: ServerReply| -> ServerBehavior { Box::new(move |_| reply.clone()) };
    let head = |rest: &str| format!("HTTP/1.1 200 OK\r\n{rest}").into_bytes();
    let once = |first: ServerReply| -> ServerBehavior {
        let calls = AtomicUsize::new(0);
        Box::new(move |_| match calls.fetch_add(1, Ordering::SeqCst) {
            0 => first.clone(),
            _ => ServerReply::ok(INDEX),
        })
    };
    let redirect = |to: &str| always(ServerReply::status(302).header("Location", to));
    let challenge = |realm: &str| {
        always(
            ServerReply::status(401)
                .header("WWW-Authenticate", format!("Bearer realm=\"{realm}\",service=\"x\"")),
        )
    };
    vec![
        ("sends nothing", always(ServerReply::Hang(Vec::new())), fails!(LookupError::Timeout(..))),
        (
            "stops in the headers",
            always(ServerReply::Hang(head("Content-Le"))),
            fails!(LookupError::Timeout(..)),
        ),
        (
            "stops in the body",
            always(ServerReply::Hang(head("Content-Length: 9\r\n\r\n{"))),
            fails!(LookupError::Timeout(..)),
        ),
        (
            "drips",
            always(ServerReply::Endless(head("\r\n{"), b" ".to_vec(), Duration::from_millis(50))),
            fails!(LookupError::Timeout(..)),
        ),
        ("429 forever", always(ServerReply::status(429)), fails!(LookupError::Status(_, 429))),
        (
            "429 for an hour",
            always(ServerReply::status(429).header("Retry-After", "3600")),
            fails!(LookupError::Wait(_, wait) if wait.as_secs() == 3600),
        ),
        ("429 once", once(ServerReply::status(429).header("Retry-After", "1")), None),
        ("500 forever", always(ServerReply::status(500)), fails!(LookupError::Status(_, 500))),
        ("503 once", once(ServerReply::status(503)), None),
        (
            "cuts the body",
            always(ServerReply::Raw(head("Content-Length: 900\r\n\r\n{}"))),
            fails!(LookupError::Truncated(_)),
        ),
        (
            "cuts a chunk",
            always(ServerReply::Raw(head("Transfer-Encoding: chunked\r\n\r\n20\r\n{"))),
            fails!(LookupError::Truncated(_)),
        ),
        ("closes at once", always(ServerReply::Raw(Vec::new())), fails!(LookupError::Truncated(_))),
        ("closes once", once(ServerReply::Raw(Vec::new())), None),
        (
            "states another digest",
            always(ServerReply::ok(INDEX).header("Docker-Content-Digest", digest("other"))),
            fails!(LookupError::Digest(_)),
        ),
        ("redirects to itself", redirect("/v2/bad/manifests/1"), fails!(LookupError::TooManyRedirects(_))),
        ("redirects to HTTP", redirect("http://registry.example.org/x"), fails!(LookupError::NotHttps(_))),
        ("redirects to a file", redirect("file:///etc/passwd"), fails!(LookupError::Address(_))),
        ("redirects nowhere", always(ServerReply::status(302)), fails!(LookupError::Invalid(..))),
        (
            "never ends",
            always(ServerReply::Endless(head("\r\n"), vec![b' '; 65_536], Duration::ZERO)),
            fails!(LookupError::TooLarge(_, 100_000)),
        ),
        (
            "announces too much",
            always(ServerReply::Hang(head("Content-Length: 99999999\r\n\r\n"))),
            fails!(LookupError::TooLarge(..)),
        ),
        (
            "has endless headers",
            always(ServerReply::Endless(head(""), b"a: b\r\n".repeat(1000), Duration::ZERO)),
            fails!(LookupError::TooLarge(..) | LookupError::Invalid(..)),
        ),
        (
            "is no HTTP server",
            always(ServerReply::Raw(b"SSH-2.0-x\r\n".to_vec())),
            fails!(LookupError::Invalid(..)),
        ),
        ("sends HTML", always(ServerReply::ok("<html>")), fails!(LookupError::Invalid(..))),
        (
            "sends other JSON",
            always(ServerReply::ok("{\"schemaVersion\": 1}")),
            fails!(LookupError::Invalid(..)),
        ),
        (
            "sends broken gzip",
            always(ServerReply::ok("{}").header("Content-Encoding", "gzip")),
            fails!(LookupError::Invalid(..)),
        ),
        ("knows nothing", always(ServerReply::status(404)), fails!(LookupError::NotFound(_))),
        (
            "states no scheme",
            always(ServerReply::status(401)),
            fails!(LookupError::Denied { had_credentials: false, .. }),
        ),
        (
            "asks for a token over HTTP",
            challenge("http://auth.example.org/t"),
            fails!(LookupError::NotHttps(_)),
        ),
        ("asks for a token from nowhere", challenge("nowhere"), fails!(LookupError::Invalid(..))),
    ]
}

#[test]
fn every_misbehavior_ends_with_error_in_time() {
    let good = Server::new(|_| ServerReply::ok(INDEX));
    let servers: Vec<_> = server_misbehaviors()
        .into_iter()
        .map(|(name, behavior, expected)| (name, Server::new(behavior), expected))
        .collect();
    let mut questions: Vec<LookupRequest> =
        servers.iter().map(|(_, server, _)| image(&server.host(), "bad")).collect();
    questions.push(image(&good.host(), "good"));
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").to_string()
    };
    questions.push(image(&closed, "bad"));
    let hosts: Vec<String> = servers.iter().map(|(_, server, _)| server.host()).collect();
    let (_directory, credentials) =
        credentials_for_hosts(&hosts.iter().map(String::as_str).collect::<Vec<_>>());
    let started = Instant::now();
    let answers = look_up_all(&questions, &credentials, &PinSettings::default());
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    for (name, server, expected) in &servers {
        match (&answers[&image(&server.host(), "bad")].found, expected) {
            (Ok(found), None) => assert_eq!(found.version, digest(INDEX), "{name}"),
            (Err(error), Some(is_expected)) => {
                assert!(is_expected(error), "{name}: {error:?}");
                assert!(!error.to_string().contains(PASSWORD), "{name}: {error}");
            }
            (found, _) => panic!("{name}: {found:?}"),
        }
    }
    let version = |question: &LookupRequest| answers[question].found.clone().map(|found| found.version);
    assert_eq!(version(&image(&good.host(), "good")), Ok(digest(INDEX)));
    let refused = version(&image(&closed, "bad"));
    assert!(matches!(refused, Err(LookupError::Unreachable(..))), "{refused:?}");
    assert!(!format!("{answers:?}").contains(PASSWORD));
}

#[test]
fn files_are_hashed_within_limits() {
    let server = Server::new(|received| match received.path.as_str() {
        "/good" => ServerReply::ok("content"),
        "/large" => ServerReply::ok(vec![b'x'; 100_001]),
        "/moved" => ServerReply::status(301).header("Location", "/good"),
        _ => ServerReply::status(404),
    });
    let file =
        |path: &str| LookupRequest::File { url: format!("http://{}/{path}", server.host()), pinned: None };
    let questions = ["good", "large", "moved", "gone"].map(file);
    let public =
        LookupRequest::File { url: "http://example.org/x?signature=hunter2".to_string(), pinned: None };
    let all: Vec<LookupRequest> = questions.iter().cloned().chain([public.clone()]).collect();
    let answers = look_up_all(&all, &Credentials::in_directory(None), &PinSettings::default());
    let result = |question: &LookupRequest| answers[question].found.clone().map(|found| found.version);
    let [good, large, moved, gone] = &questions;
    assert_eq!(result(good), Ok(digest("content")));
    assert_eq!(result(moved), Ok(digest("content")));
    assert!(matches!(result(large), Err(LookupError::TooLarge(_, 100_000))), "{:?}", result(large));
    assert!(matches!(result(gone), Err(LookupError::NotFound(_))), "{:?}", result(gone));
    assert_eq!(result(&public), Err(LookupError::NotHttps("example.org".into())));
}

#[test]
fn sends_credentials_only_to_their_server() {
    let elsewhere = Server::new(|_| ServerReply::ok(INDEX));
    let to = format!("http://{}/blob", elsewhere.host());
    let registry = Server::new(move |received| {
        let host = received.headers["host"].clone();
        let authorization = received.headers.get("authorization").map_or("", String::as_str);
        match received.path.split('?').next().unwrap_or_default() {
            "/token" if authorization.starts_with("Basic ") => {
                ServerReply::ok(r#"{"access_token": "t0ken"}"#)
            }
            "/token" => ServerReply::status(401),
            _ if authorization == "Bearer t0ken" => ServerReply::status(307).header("Location", to.clone()),
            _ => ServerReply::status(401).header(
                "WWW-Authenticate",
                format!("Bearer realm=\"http://{host}/token\",service=\"r\",scope=\"repository:a/b:pull\""),
            ),
        }
    });
    let question = image(&registry.host(), "a/b");
    let (_directory, credentials) = credentials_for_hosts(&[&registry.host()]);
    let answers = look_up_all(std::slice::from_ref(&question), &credentials, &PinSettings::default());
    assert_eq!(answers[&question].found.clone().map(|found| found.version), Ok(digest(INDEX)));
    let paths: Vec<String> = registry.received().into_iter().map(|received| received.path).collect();
    assert_eq!(
        paths,
        ["/v2/a/b/manifests/1", "/token?service=r&scope=repository%3Aa%2Fb%3Apull", "/v2/a/b/manifests/1"]
    );
    let others = elsewhere.received();
    assert_eq!(others.len(), 1);
    assert!(!others[0].headers.contains_key("authorization"), "{others:?}");
    // Without credentials, the error records this.
    let answers = look_up_all(
        std::slice::from_ref(&question),
        &Credentials::in_directory(None),
        &PinSettings::default(),
    );
    let denied = LookupError::Denied { host: registry.host(), had_credentials: false };
    assert_eq!(answers[&question].found.clone().err(), Some(denied));
}

#[test]
fn limits_parallel_requests_and_caches_addresses() {
    let server = Server::new(|_| {
        std::thread::sleep(Duration::from_millis(30));
        ServerReply::ok(INDEX)
    });
    let questions: Vec<LookupRequest> =
        (0..24).map(|number| image(&server.host(), &format!("a/{number}"))).collect();
    // The same image, once unpinned and once pinned.
    let LookupRequest::Image { name, .. } = &questions[0] else { unreachable!() };
    let again = LookupRequest::Image { name: name.clone(), pinned: Some(digest(INDEX)) };
    let all: Vec<LookupRequest> = questions.into_iter().chain([again.clone()]).collect();
    let answers = look_up_all(&all, &Credentials::in_directory(None), &PinSettings::default());
    assert!(answers.values().all(|answer| answer.found.is_ok()), "{answers:?}");
    assert!(server.max_parallel_requests() <= 8, "{}", server.max_parallel_requests());
    assert!(server.max_parallel_requests() >= 4, "{}", server.max_parallel_requests());
    let mut paths: Vec<String> = server.received().into_iter().map(|received| received.path).collect();
    let count = paths.len();
    paths.sort();
    paths.dedup();
    assert_eq!(count, paths.len());
    assert_eq!(count, 25, "24 tags and one digest");
    let pinned = answers[&again].found.clone().expect("it is there").pinned.expect("it was asked");
    assert!(pinned.available);
}
