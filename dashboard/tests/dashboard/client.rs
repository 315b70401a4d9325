//! A client that sends what it is told, also what no browser would.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

pub(crate) struct Client {
    pub(crate) address: SocketAddr,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The cookie that was set, as it is sent back.
    #[track_caller]
    pub(crate) fn cookie(&self) -> String {
        let set = self.header("set-cookie").unwrap();
        set.split_once(';').unwrap().0.to_owned()
    }
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends the head of a request, with a host unless there is one among the headers.
    pub(crate) fn open(&self, line: &str, headers: &[&str]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_nodelay(true).unwrap();
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).unwrap();
        let has_host = headers.iter().any(|header| header.starts_with("Host:"));
        let host = format!("Host: {}", self.address);
        let host = (!has_host).then_some(host.as_str());
        let lines = [format!("{line} HTTP/1.1")];
        let lines = lines.iter().map(String::as_str).chain(host);
        let lines = lines.chain(headers.iter().copied()).chain(["", ""]);
        let head = lines.collect::<Vec<_>>().join("\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[&str]) -> Answer {
        let headers = [headers, &["Connection: close"]].concat();
        answer(self.open(&format!("GET {path}"), &headers))
    }

    pub(crate) fn post(&self, path: &str, headers: &[&str], body: &str) -> Answer {
        let length = format!("Content-Length: {}", body.len());
        let kind = "Content-Type: application/json";
        let headers = [headers, &["Connection: close", &length, kind]].concat();
        let mut stream = self.open(&format!("POST {path}"), &headers);
        // It may be refused before all of it is sent.
        let _ = stream.write_all(body.as_bytes());
        answer(stream)
    }
}

fn answer(stream: TcpStream) -> Answer {
    let mut reader = BufReader::new(stream);
    let (status, headers) = head(&mut reader);
    let mut body = Vec::new();
    // A connection that is cut behind a refusal has said what there is to say.
    let _ = reader.read_to_end(&mut body);
    Answer {
        status,
        headers,
        body: String::from_utf8(body).unwrap(),
    }
}

/// Status and headers, which have small letters.
pub(crate) fn head(reader: &mut BufReader<TcpStream>) -> (u16, Vec<(String, String)>) {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let status = lines.first().and_then(|line| line.split(' ').nth(1));
    let status = status.unwrap_or_else(|| panic!("no answer: {lines:?}"));
    let headers = lines[1..].iter().filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_ascii_lowercase(), value.to_owned()))
    });
    (status.parse().unwrap(), headers.collect())
}
