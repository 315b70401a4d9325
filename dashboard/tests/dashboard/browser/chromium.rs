//! A headless Chromium, driven over its own protocol.

use std::collections::VecDeque;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kilowat::text::Base64;
use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

/// The variable that makes a missing browser an error.
const REQUIRED: &str = "KILOWAT_REQUIRE_CHROMIUM";

const PATIENCE: Duration = Duration::from_secs(20);

/// A browser with one page.
pub(crate) struct Chromium {
    process: Child,
    socket: WebSocket<TcpStream>,
    session: Option<String>,
    next: u64,
    events: VecDeque<(String, Value)>,
    _profile: TempDir,
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where the browser is; nothing where there is none, which is said.
fn program() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = std::env::split_paths(&folders)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file());
    if found.is_none() {
        assert!(
            std::env::var_os(REQUIRED).is_none(),
            "{REQUIRED} is set, and there is no chromium"
        );
        // Not by `eprintln!`, which the harness would keep to itself.
        let words = "skipped: there is no chromium (apt-get install chromium)\n";
        let _ = std::io::stderr().write_all(words.as_bytes());
    }
    found
}

impl Chromium {
    /// Starts one with an empty page. Nothing where there is no browser.
    pub(crate) fn start() -> Option<Self> {
        let profile = tempfile::tempdir().unwrap();
        let process = Command::new(program()?)
            .args([
                "--headless=new",
                // Tests run as root in CI; the page is ours.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--no-default-browser-check",
                "--mute-audio",
                "--remote-debugging-port=0",
                "--window-size=1280,900",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let told = profile.path().join("DevToolsActivePort");
        let began = Instant::now();
        let (port, path) = loop {
            let text = std::fs::read_to_string(&told).unwrap_or_default();
            let mut lines = text.lines();
            if let (Some(port), Some(path)) = (lines.next(), lines.next()) {
                break (port.parse::<u16>().unwrap(), path.to_owned());
            }
            assert!(began.elapsed() < PATIENCE, "the browser does not start");
            std::thread::sleep(Duration::from_millis(20));
        };
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let address = format!("ws://127.0.0.1:{port}{path}");
        let (socket, _) = tungstenite::client(address, stream).unwrap();
        let mut chromium = Self {
            process,
            socket,
            session: None,
            next: 0,
            events: VecDeque::new(),
            _profile: profile,
        };
        let target = chromium.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = chromium.call("Target.attachToTarget", attach);
        chromium.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Log", "Network"] {
            chromium.call(&format!("{domain}.enable"), json!({}));
        }
        Some(chromium)
    }

    /// Has the browser do something, and returns its answer.
    #[track_caller]
    pub(crate) fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.next += 1;
        let id = self.next;
        let mut request = json!({"id": id, "method": method});
        request["params"] = parameters;
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        self.socket
            .send(Message::text(request.to_string()))
            .unwrap();
        loop {
            let message = self.read();
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
        }
    }

    /// Reads a message, and keeps it where it is an event.
    #[track_caller]
    fn read(&mut self) -> Value {
        loop {
            let Message::Text(text) = self.socket.read().unwrap() else {
                continue;
            };
            let message: Value = serde_json::from_str(&text).unwrap();
            if let Some(method) = message["method"].as_str() {
                let event = (method.to_owned(), message["params"].clone());
                self.events.push_back(event);
            }
            return message;
        }
    }

    /// Opens an address, and waits until the page is loaded.
    #[track_caller]
    pub(crate) fn open(&mut self, address: &str) {
        self.call("Page.navigate", json!({"url": address}));
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /// What an expression comes to, in the page.
    #[track_caller]
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let parameters = json!({
            "expression": expression,
            "returnByValue": true,
            "awaitPromise": true,
            "userGesture": true,
        });
        let answer = self.call("Runtime.evaluate", parameters);
        let exception = &answer["exceptionDetails"];
        assert!(exception.is_null(), "{expression}: {exception}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true, and says how long that was.
    #[track_caller]
    pub(crate) fn wait(&mut self, expression: &str) -> Duration {
        let began = Instant::now();
        while self.evaluate(&format!("Boolean({expression})")) != true {
            if began.elapsed() > PATIENCE {
                let text = self.evaluate("document.body.innerText");
                panic!(
                    "never so: {expression}\n{}",
                    text.as_str().unwrap_or_default()
                );
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        began.elapsed()
    }

    /// The words of a part of the page.
    #[track_caller]
    pub(crate) fn text(&mut self, selector: &str) -> String {
        let find = format!("document.querySelector({selector:?})?.textContent ?? ''");
        self.evaluate(&find).as_str().unwrap_or_default().to_owned()
    }

    /// A picture of the page from its top, as PNG.
    pub(crate) fn picture(&mut self, width: u32, height: u32) -> Vec<u8> {
        let clip = json!({"x": 0, "y": 0, "width": width, "height": height, "scale": 1});
        let parameters = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let answer = self.call("Page.captureScreenshot", parameters);
        decode(answer["data"].as_str().unwrap())
    }

    /// The size of the window, and how dark it is.
    pub(crate) fn look(&mut self, width: u32, height: u32, scheme: &str) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", size);
        let scheme = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", scheme);
    }

    /// The events of some kinds that have come so far.
    pub(crate) fn events(&mut self, methods: &[&str]) -> Vec<Value> {
        // All that came before this answer is there.
        self.evaluate("1");
        let events = self.events.iter();
        let wanted = events.filter(|(method, _)| methods.contains(&method.as_str()));
        wanted.map(|(_, event)| event.clone()).collect()
    }

    /// What the browser has complained of, and what scripts have written.
    pub(crate) fn complaints(&mut self) -> Vec<Value> {
        self.events(&[
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Log.entryAdded",
        ])
    }

    /// Where the page has asked for something.
    pub(crate) fn addresses(&mut self) -> Vec<String> {
        let requests = self.events(&["Network.requestWillBeSent"]);
        let address = |event: &Value| event["request"]["url"].as_str().unwrap().to_owned();
        requests.iter().map(address).collect()
    }

    /// Forgets the events that have come so far.
    pub(crate) fn forget(&mut self) {
        self.evaluate("1");
        self.events.clear();
    }
}

fn decode(base64: &str) -> Vec<u8> {
    crate::NATIVE
        .base64_decode(base64.as_bytes(), Base64::Standard)
        .unwrap()
}
