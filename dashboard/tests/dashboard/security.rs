//! Who gets in: by which host, from which origin, with which token, and how much.

use std::fs;
use std::io::{BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use kilowat_dashboard::{Dashboard, Error, Token};

use super::client::{Client, head};
use super::{Folder, eventually, started};

const SECRET: &str = "a-token-of-tests-0123456789";
const ACKNOWLEDGE: &str = "/api/v1/alerts/acknowledge";
const ALERT: &str = r#"{"rule":"dead-letters","subject":"jobs"}"#;

/// All that there is to see.
const SEEN: [&str; 7] = [
    "/",
    "/dashboard/wasm-rollout",
    "/dashboard/page.js",
    "/api/v1/report",
    "/api/v1/history",
    "/api/v1/session",
    "/metrics",
];

fn token_file(folder: &Folder) -> PathBuf {
    let path = folder.path("token");
    fs::write(&path, SECRET).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    path
}

fn with_token(folder: &Folder) -> Dashboard {
    folder
        .dashboard()
        .token(Token::read(&token_file(folder)).unwrap())
}

fn path_of(link: &str) -> &str {
    let (_, path) = link.split_once("/login").unwrap();
    &link[link.len() - path.len() - "/login".len()..]
}

#[test]
fn it_listens_to_the_machine_itself() {
    let folder = Folder::new();
    let (running, _) = folder.start();
    let addresses = running.addresses();
    assert!(addresses.iter().all(|address| address.ip().is_loopback()));
    assert!(addresses[0].is_ipv4());
    if let Some(other) = addresses.get(1) {
        assert!(other.is_ipv6() && other.port() == addresses[0].port());
        assert_eq!(Client::new(*other).get("/healthz").status, 200);
    }
}

#[test]
fn elsewhere_it_listens_only_with_a_token() {
    let folder = Folder::new();
    let everywhere: [SocketAddr; 1] = ["0.0.0.0:0".parse().unwrap()];
    let error = folder.dashboard().listen(&everywhere).start().unwrap_err();
    assert!(matches!(error, Error::Open { .. }), "{error}");
    let mixed = ["127.0.0.1:0".parse().unwrap(), "[::]:0".parse().unwrap()];
    assert!(folder.dashboard().listen(&mixed).start().is_err());
    let running = with_token(&folder).listen(&everywhere).start().unwrap();
    let port = running.addresses()[0].port();
    let client = Client::new(SocketAddr::from(([127, 0, 0, 1], port)));
    assert_eq!(client.get("/api/v1/report").status, 401);
}

#[test]
fn hosts_that_are_not_known_get_nothing() {
    let folder = Folder::new();
    let (_running, client) = started(folder.dashboard().host("Swarm.Example"));
    for host in [
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "::1",
        "",
    ] {
        for path in SEEN.into_iter().chain(["/healthz", "/login?code=x"]) {
            let answer = client.get_with(path, &[&format!("Host: {host}")]);
            assert_eq!(answer.status, 421, "{host} {path}");
            assert!(!answer.body.contains("report"));
        }
    }
    for host in [
        "localhost",
        "localhost:1",
        "127.0.0.1",
        "[::1]:9",
        "swarm.example",
    ] {
        let answer = client.get_with("/api/v1/report", &[&format!("Host: {host}")]);
        assert_eq!(answer.status, 200, "{host}");
    }
    let twice = ["Host: localhost", "Host: evil.example"];
    assert_eq!(client.get_with("/api/v1/report", &twice).status, 421);
}

#[test]
fn other_origins_get_nothing() {
    let folder = Folder::new();
    folder.inject_dead_letter("jobs");
    let (running, client) = folder.start();
    let cookie = client.get(path_of(&running.link())).cookie();
    let cookie = format!("Cookie: {cookie}");
    let other_port = "Origin: http://127.0.0.1:1";
    for origin in ["Origin: http://evil.example", "Origin: null", other_port] {
        for path in SEEN {
            let answer = client.get_with(path, &[origin]);
            assert_eq!(answer.status, 403, "{origin} {path}");
        }
        let answer = client.post(ACKNOWLEDGE, &[origin, &cookie], ALERT);
        assert_eq!(answer.status, 403, "{origin}");
    }
    // A cookie alone is not enough: a browser adds it to whatever a page asks for.
    assert_eq!(client.post(ACKNOWLEDGE, &[&cookie], ALERT).status, 403);
    let own = format!("Origin: {}", client.origin());
    assert_eq!(
        client.post(ACKNOWLEDGE, &[&own, &cookie], ALERT).status,
        204
    );
    // Nobody is told that other origins may read.
    let asked = [
        "Origin: http://evil.example",
        "Access-Control-Request-Method: POST",
    ];
    let headers = [&asked[..], &["Connection: close"]].concat();
    let mut reader = BufReader::new(client.open(&format!("OPTIONS {ACKNOWLEDGE}"), &headers));
    let (status, headers) = head(&mut reader);
    assert_eq!(status, 403);
    let mut names = headers.iter().map(|(name, _)| name);
    assert!(!names.any(|name| name.starts_with("access-control")));
    let answer = client.get("/api/v1/report");
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn all_answers_have_their_headers() {
    let folder = Folder::new();
    let (_running, client) = started(with_token(&folder));
    let bearer = format!("Authorization: Bearer {SECRET}");
    for path in SEEN.into_iter().chain(["/healthz", "/no/such/file"]) {
        for headers in [&[&*bearer][..], &[]] {
            let answer = client.get_with(path, headers);
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'self';"), "{path}");
            assert!(!policy.contains("unsafe"), "{path}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
            assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        }
    }
    let page = client.get_with("/dashboard/wasm-rollout", &[&bearer]).body;
    assert!(
        !page.contains("<style") && !page.contains(" style="),
        "nothing is inline"
    );
    assert!(!page.contains("onclick") && !page.contains("javascript:"));
    assert!(page.matches("<script").all(|_| true) && !page.contains("<script>"));
    let script = include_str!("../../page/page.js");
    for taken_for_html in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
    ] {
        assert!(!script.contains(taken_for_html), "{taken_for_html}");
    }
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "nothing is from elsewhere"
    );
}

#[test]
fn with_a_token_file_everybody_is_asked() {
    let folder = Folder::new();
    folder.inject_dead_letter("jobs");
    let (running, client) = started(with_token(&folder));
    let wrong = ["Authorization: Bearer a-token-of-tests-0123456780"];
    let other = ["Authorization: Basic YTpi"];
    let made_up = ["Cookie: kilowat=1; kilowat-1=99999999999.00"];
    for path in SEEN.into_iter().chain(["/api/v1/stream"]) {
        for headers in [&[][..], &wrong, &other, &made_up] {
            let answer = client.get_with(path, headers);
            assert_eq!(answer.status, 401, "{path} {headers:?}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
    assert_eq!(client.get("/healthz").status, 200);
    let bearer = format!("Authorization: Bearer {SECRET}");
    assert_eq!(client.get_with("/api/v1/report", &[&bearer]).status, 200);
    // A link is good for one browser.
    let answer = client.get(path_of(&running.link()));
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/dashboard/wasm-rollout"))
    );
    let set = answer.header("set-cookie").unwrap();
    assert!(set.contains("; HttpOnly; SameSite=Strict;"), "{set}");
    assert!(!set.contains(SECRET));
    assert_eq!(client.get(path_of(&running.link())).status, 403);
    let cookie = format!("Cookie: other=1; {}", answer.cookie());
    assert_eq!(client.get_with("/api/v1/report", &[&cookie]).status, 200);
    // Who has the token makes others.
    let link = client.post("/api/v1/links", &[&bearer], "");
    let path = link.json()["path"].as_str().unwrap().to_owned();
    assert_eq!(client.get(&path).status, 303);
    assert_eq!(client.get(&path).status, 403);
    assert_eq!(client.get("/login").status, 400);
    // The cookie outlives the dashboard, as the token is the same.
    drop(running);
    let again = with_token(&folder)
        .listen(&[client.address])
        .start()
        .unwrap();
    assert_eq!(client.get_with("/api/v1/report", &[&cookie]).status, 200);
    drop(again);
}

#[test]
fn to_change_something_takes_a_token_always() {
    let folder = Folder::new();
    folder.inject_dead_letter("jobs");
    let (running, client) = folder.start();
    let own = format!("Origin: {}", client.origin());
    assert_eq!(client.post(ACKNOWLEDGE, &[&own], ALERT).status, 401);
    assert_eq!(client.post("/api/v1/links", &[&own], "").status, 401);
    assert_eq!(client.post("/hooks", &[&own], "{}").status, 401);
    let rollback = r#"{"system":null,"wasm":false}"#;
    assert_eq!(
        client.post("/api/v1/rollback", &[&own], rollback).status,
        401
    );
    assert_eq!(client.get("/api/v1/session").json()["known"], false);
    let cookie = format!("Cookie: {}", client.get(path_of(&running.link())).cookie());
    let session = client.get_with("/api/v1/session", &[&cookie]);
    assert_eq!(session.json()["known"], true);
    let known = [own.as_str(), &cookie];
    let other = r#"{"rule":"dead-letters","subject":"others"}"#;
    assert_eq!(client.post(ACKNOWLEDGE, &known, other).status, 404);
    for malformed in [
        "",
        "{",
        r#"{"rule":1}"#,
        r#"{"rule":"a","subject":"b","more":1}"#,
    ] {
        let status = client.post(ACKNOWLEDGE, &known, malformed).status;
        assert!((400..=422).contains(&status), "{malformed}: {status}");
    }
    assert_eq!(client.post(ACKNOWLEDGE, &known, ALERT).status, 204);
    eventually("known", || {
        let alerts = &client.get("/api/v1/report").json()["alerts"];
        alerts[0]["acknowledged"].is_number()
    });
    // Looking changes nothing.
    assert_eq!(client.get_with(ACKNOWLEDGE, &known).status, 405);
}

#[test]
fn bodies_streams_and_heads_have_limits() {
    let folder = Folder::new();
    let (_running, client) = started(
        with_token(&folder)
            .most_streams(2)
            .most_connections(6)
            .head_within(Duration::from_millis(500)),
    );
    let bearer = format!("Authorization: Bearer {SECRET}");
    let long = format!(r#"{{"rule":"a","subject":"{}"}}"#, "b".repeat(20_000));
    assert_eq!(client.post(ACKNOWLEDGE, &[&bearer], &long).status, 413);
    let open = || {
        let mut reader = BufReader::new(client.open("GET /api/v1/stream", &[&bearer]));
        (head(&mut reader).0, reader)
    };
    let (one, other) = (open(), open());
    assert_eq!((one.0, other.0, open().0), (200, 200, 503));
    drop(one);
    eventually("room again", || open().0 == 200);
    // A head that is too long, or does not come to its end, has no answer that helps.
    let header = format!("X: {}", "y".repeat(100_000));
    let mut stream = client.open("GET /healthz", &[]);
    let _ = stream.write_all(format!("GET /healthz HTTP/1.1\r\n{header}").as_bytes());
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(!answer.contains("yyyy"));
    // Many who say nothing do not keep others out for ever.
    let silent: Vec<_> = (0..6)
        .map(|_| std::net::TcpStream::connect(client.address).unwrap())
        .collect();
    let began = Instant::now();
    assert_eq!(client.get("/healthz").status, 200);
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    drop(silent);
}

#[test]
fn secrets_are_not_shown() {
    let folder = Folder::new();
    let (running, client) = started(with_token(&folder));
    let bearer = format!("Authorization: Bearer {SECRET}");
    for path in SEEN {
        assert!(
            !client.get_with(path, &[&bearer]).body.contains(SECRET),
            "{path}"
        );
    }
    assert!(!format!("{running:?}").contains(SECRET));
    assert!(!running.link().contains(SECRET));
}
