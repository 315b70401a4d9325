//! Who may see what: hosts, origins and tokens, and the headers of all answers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, HeaderMap, HeaderValue,
    ORIGIN, REFERRER_POLICY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::server::Shared;

/// Nothing from elsewhere, nothing inline, in no frame.
const POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; object-src 'none'";

/// What anybody may ask.
const FREE: [&str; 3] = ["/healthz", "/readyz", "/login"];

/// Lets those through who may, and puts the headers on what they get.
pub(crate) async fn guard(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match refusal(&shared, &request) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn refusal(shared: &Shared, request: &Request) -> Option<Response> {
    let refuse = |status: StatusCode, words: &'static str| Some((status, words).into_response());
    let headers = request.headers();
    let Some(host) = host(headers).filter(|host| is_known(host, &shared.hosts)) else {
        return refuse(
            StatusCode::MISDIRECTED_REQUEST,
            "this host is not known here: `kilowat dashboard --host NAME` makes it known\n",
        );
    };
    let origin = headers.get(ORIGIN);
    if origin.is_some_and(|origin| !is_same(origin, &host)) {
        return refuse(StatusCode::FORBIDDEN, "not from another origin\n");
    }
    let path = request.uri().path();
    if FREE.contains(&path) {
        return None;
    }
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    if !changes && !shared.asks_all {
        return None;
    }
    match known_by(shared, headers) {
        // Any page could have a browser send its cookie, but none can say that it is this one.
        Some(By::Cookie) if changes && origin.is_none() => {
            refuse(StatusCode::FORBIDDEN, "the origin is missing\n")
        }
        Some(_) => None,
        None => {
            let words = "a token is needed: `kilowat dashboard` prints a link that has one\n";
            let mut response = (StatusCode::UNAUTHORIZED, words).into_response();
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
            Some(response)
        }
    }
}

/// By what somebody is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Header,
    Cookie,
}

/// By what whoever asks is known, if by anything.
pub(crate) fn known_by(shared: &Shared, headers: &HeaderMap) -> Option<By> {
    if let Some(header) = headers.get(AUTHORIZATION) {
        let offered = header.to_str().ok()?.strip_prefix("Bearer ")?;
        return shared.token.is(offered.trim()).then_some(By::Header);
    }
    let cookies = headers.get_all(COOKIE).into_iter();
    let mut cookies = cookies
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='));
    let now = SystemTime::now();
    cookies
        .any(|(name, value)| name == shared.cookie && shared.token.is_session(value, now))
        .then_some(By::Cookie)
}

/// The host that was asked, without its port, and with it.
struct Host {
    name: String,
    whole: String,
}

fn host(headers: &HeaderMap) -> Option<Host> {
    let mut hosts = headers.get_all(HOST).into_iter();
    let whole = hosts.next()?.to_str().ok()?.to_ascii_lowercase();
    if hosts.next().is_some() {
        return None;
    }
    let name = match whole.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            (port.is_empty() || port.starts_with(':')).then(|| format!("[{address}]"))?
        }
        None => match whole.split_once(':') {
            Some((name, port)) => {
                port.parse::<u16>().ok()?;
                name.to_owned()
            }
            None => whole.clone(),
        },
    };
    Some(Host { name, whole })
}

/// Whether a browser may come to it by this host. An address is what it is; a name is what its server says, which may
/// change from another machine to this one while a page is open.
fn is_known(host: &Host, names: &[String]) -> bool {
    let address = host
        .name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    let is_address = match address {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => host.name.parse::<Ipv4Addr>().is_ok(),
    };
    is_address || host.name == "localhost" || names.contains(&host.name)
}

/// Whether an origin is the host that was asked. Before it there may be a proxy that speaks TLS.
fn is_same(origin: &HeaderValue, host: &Host) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let origin = origin.to_ascii_lowercase();
    let rest = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    rest == Some(&host.whole)
}

/// Whether only this machine can reach an address.
pub(crate) fn is_own(address: IpAddr) -> bool {
    address.is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(values: &[&str]) -> Option<Host> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HOST, HeaderValue::from_str(value).unwrap());
        }
        host(&headers)
    }

    #[test]
    fn hosts_are_addresses_or_known() {
        let names = ["swarm.example".to_owned()];
        let known = |value: &str| hosts(&[value]).is_some_and(|host| is_known(&host, &names));
        for right in [
            "localhost",
            "LocalHost:80",
            "127.0.0.1:7413",
            "10.1.2.3",
            "[::1]:7413",
            "[fe80::1]",
            "swarm.example:7413",
        ] {
            assert!(known(right), "{right}");
        }
        for wrong in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "::1",
            "[::1",
            "[::1]x",
            "[127.0.0.1]",
            "localhost:port",
            "swarm.example.",
        ] {
            assert!(!known(wrong), "{wrong}");
        }
        assert!(hosts(&[]).is_none());
        assert!(hosts(&["localhost", "localhost"]).is_none());
    }

    #[test]
    fn origins_are_the_host_that_was_asked() {
        let host = hosts(&["127.0.0.1:7413"]).unwrap();
        let same = |origin| is_same(&HeaderValue::from_static(origin), &host);
        assert!(same("http://127.0.0.1:7413") && same("https://127.0.0.1:7413"));
        for wrong in [
            "null",
            "http://127.0.0.1",
            "http://127.0.0.1:7414",
            "http://localhost:7413",
            "http://127.0.0.1:7413.evil.example",
            "ftp://127.0.0.1:7413",
        ] {
            assert!(!same(wrong), "{wrong}");
        }
    }
}
