//! Secrets that no provider's literal begins: private keys, JSON web tokens, addresses with passwords.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::form::{WORD, may_begin};
use super::random;

/// What private keys begin with.
pub(super) const KEYS: &[&str] = &["-----BEGIN ", "PuTTY-User-Key-File-"];

/// What the header of a JSON web token begins with: `{"alg":`, `{"typ":`, `{"kid":`, `{"enc":`, and with a blank.
pub(super) const WEB_TOKENS: &[&str] = &[
    "eyJhbGciOi",
    "eyJ0eXAiOi",
    "eyJraWQiOi",
    "eyJlbmMiOi",
    "eyAiYWxnIjog",
    "eyAidHlwIjog",
];

/// What addresses have behind their scheme: with its last letter, so that it is rare.
pub(super) const ADDRESSES: &[&str] = &[
    "s://", "p://", "l://", "b://", "v://", "h://", "t://", "q://",
];

/// So many bytes of a key have to be there: its armour alone is none.
const LEAST_OF_KEY: usize = 64;

/// `-----BEGIN … PRIVATE KEY-----` with a key behind it; and whether it is encrypted.
pub(super) fn private_key(bytes: &[u8], start: usize, end: usize) -> Option<(Range<usize>, bool)> {
    let limit = bytes.len().min(end + 512);
    let rest = &bytes[end..limit];
    if bytes[start] == b'P' {
        let encrypted = !rest.windows(16).any(|part| part == b"Encryption: none");
        let has_key = rest.windows(12).any(|part| part == b"Public-Lines");
        return (has_key && bytes[..start].last().is_none_or(|byte| *byte == b'\n'))
            .then_some((start..end, encrypted));
    }
    let label = rest.iter().take(40).position(|byte| *byte == b'-')?;
    let name = &rest[..label];
    if !(name.ends_with(b"PRIVATE KEY") || name == b"PGP PRIVATE KEY BLOCK")
        || !rest[label..].starts_with(b"-----")
    {
        return None;
    }
    let mut count = 0;
    let body = &rest[label + 5..];
    let mut at = 0;
    let mut encrypted = name.starts_with(b"ENCRYPTED");
    while at < body.len() && count < LEAST_OF_KEY {
        let byte = body[at];
        if byte == b'\\' {
            // `\n` within a string, or a line that goes on.
            at += 1;
        } else if body[at..].starts_with(b"Proc-Type:")
            || body[at..].starts_with(b"DEK-Info:")
            || body[at..].starts_with(b"Version:")
            || body[at..].starts_with(b"Comment:")
        {
            encrypted |= byte == b'D' || byte == b'P';
            count = 0;
            let line = body[at..].iter().position(|byte| b"\n\\".contains(byte));
            at += line.unwrap_or(body.len() - at);
            continue;
        } else if byte.is_ascii_alphanumeric() || b"+/=".contains(&byte) {
            count += 1;
        } else if !(byte.is_ascii_whitespace() || b"\"'`,+#*|>".contains(&byte)) {
            return None;
        }
        at += 1;
    }
    let key = &body[..at.min(body.len())];
    (count >= LEAST_OF_KEY && !random::is_stand_in(key))
        .then_some((start..end + label + 5, encrypted))
}

/// A JSON web token, which has a header, claims and a signature.
pub(super) fn web_token(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    if !may_begin(bytes, start) || bytes[..start].last() == Some(&b'.') {
        return None;
    }
    let run = |from: usize, most: usize| {
        let run = bytes[from..]
            .iter()
            .take(most)
            .take_while(|byte| WORD.has(**byte));
        from + run.count()
    };
    let header_end = run(start, 2048);
    if bytes.get(header_end) != Some(&b'.') || !bytes[header_end + 1..].starts_with(b"ey") {
        return None;
    }
    let claims_end = run(header_end + 1, 8192);
    if bytes.get(claims_end) != Some(&b'.') {
        return None;
    }
    let end = run(claims_end + 1, 2048);
    if end - claims_end < 20 {
        return None;
    }
    let decode = |range: Range<usize>| URL_SAFE_NO_PAD.decode(&bytes[range]).ok();
    let has = |text: &[u8], part: &str| {
        text.windows(part.len())
            .any(|window| window == part.as_bytes())
    };
    let header = decode(start..header_end)?;
    let claims = decode(header_end + 1..claims_end)?;
    // The token that documents show; and keys that a page has to have.
    let is_known = [
        "John Doe",
        "Jane Doe",
        "\"1234567890\"",
        "\"role\":\"anon\"",
        "example.com",
    ]
    .iter()
    .any(|part| has(&claims, part));
    let is_token =
        has(&header, "\"alg\"") && claims.first() == Some(&b'{') && claims.last() == Some(&b'}');
    (is_token && !is_known && !random::is_stand_in(&bytes[claims_end + 1..end]))
        .then_some(start..end)
}

/// Hosts of which anybody may know the password: those of this machine, and of documents.
fn is_local(host: &[u8]) -> bool {
    let name = host
        .split(|byte| b":/?".contains(byte))
        .next()
        .unwrap_or_default();
    let is_plain = name
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(byte));
    let ends = |end: &[u8]| {
        name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
    };
    !is_plain
        || !name.contains(&b'.')
        || name.starts_with(b"127.")
        || name.starts_with(b"0.0.0.0")
        || name.starts_with(b"192.168.")
        || name.starts_with(b"10.")
        || [&b".local"[..], b".localhost", b".internal", b".test", b".example", b".invalid", b"example.com", b"example.org", b"example.net"]
            .iter()
            .any(|end| ends(end))
        || name.windows(7).any(|part| part.eq_ignore_ascii_case(b"example"))
        // `host.tld`, `db.host`
        || name.split(|byte| *byte == b'.').any(|part| [&b"host"[..], b"hostname", b"server", b"domain", b"foo"].contains(&part))
}

/// Passwords that are none.
const COMMON: &[&str] = &[
    "password",
    "passwd",
    "pass",
    "pwd",
    "pw",
    "secret",
    "test",
    "user",
    "root",
    "admin",
    "postgres",
    "mysql",
    "guest",
    "redis",
    "token",
    "p4ssw0rd",
    "key",
    "apikey",
    "foo",
    "bar",
    "baz",
    "hunter2",
    "x-oauth-basic",
    "x-access-token",
    "oauth2",
];

/// `scheme://user:password@host`: the password. The offset is behind the two slashes.
pub(super) fn address(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = &bytes[start..bytes.len().min(start + 256)];
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%".contains(byte);
    let user = rest.iter().position(|byte| !is_part(byte))?;
    if rest[user] != b':' {
        return None;
    }
    let tail = &rest[user + 1..];
    let len = tail
        .iter()
        .position(|byte| !(is_part(byte) || *byte == b'#'))?;
    if tail[len] != b'@' || len < 6 {
        return None;
    }
    let password = &tail[..len];
    let host = &tail[len + 1..];
    let host_len = host
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || b"\"'`<>)]}".contains(byte));
    let is_common = COMMON
        .iter()
        .any(|word| password.eq_ignore_ascii_case(word.as_bytes()));
    let is_filled_in = b"$%*".contains(&password[0]) && !password.iter().any(u8::is_ascii_digit)
        || password.starts_with(b"$");
    let has_word = [&b"pass"[..], b"secret", b"user"].iter().any(|word| {
        password
            .windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word))
    });
    let is_word = password.iter().all(u8::is_ascii_lowercase);
    if is_common
        || is_word
        || is_filled_in
        || has_word
        || random::is_stand_in(password)
        || is_local(&host[..host_len.unwrap_or(host.len())])
    {
        return None;
    }
    Some(start + user + 1..start + user + 1 + len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_passwords() {
        let find = |text: &str| {
            let start = text.find("://").unwrap() + 3;
            address(text.as_bytes(), start).map(|range| text[range].to_owned())
        };
        for text in [
            "postgres://app:k3Jd91-aB@db.corp.net:5432/x",
            "https://u:k3Jd91-aB@git.corp.net/x.git",
        ] {
            assert_eq!(find(text).as_deref(), Some("k3Jd91-aB"), "{text}");
        }
        for text in [
            "postgres://app:k3Jd91-aB@localhost/x",
            "postgres://app:k3Jd91-aB@db:5432/x",
            "postgres://app:password@db.corp.net/x",
            "postgres://app:${DB_PASS}@db.corp.net/x",
            "https://u:k3Jd91-aB@example.com/",
            "https://a.b/c:d@e.f",
            "https://user@host.net",
            "https://u:YOUR-TOKEN-HERE@git.corp.net",
            "https://a.b:8080/x@y",
            "postgres://%s:%s@db.corp.net",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
