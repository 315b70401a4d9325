//! The token by which people and programs are known, links that are good for one use, and cookies.

use std::collections::VecDeque;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ctutils::CtEq as _;

/// The shortest token, in characters.
const SHORTEST: usize = 16;

/// The longest file that a token is read from, in bytes.
const LONGEST: u64 = 4_096;

/// How long a link is good for, and how many there are at a time.
const LINK: Duration = Duration::from_hours(1);
const LINKS: usize = 16;

/// How long a browser stays known.
pub(crate) const SESSION: Duration = Duration::from_hours(12);

/// What gives access. It is not shown.
#[derive(Clone)]
pub struct Token(String);

/// Why a file gives no token.
#[derive(Debug, thiserror::Error)]
#[error("{}: {fault}", path.display())]
#[non_exhaustive]
pub struct TokenError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: String,
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(..)")
    }
}

impl Token {
    /// The token in a file, without blanks around it: at least 16 characters of ASCII that can be seen. The file is
    /// for its owner alone (mode 0600), and no link.
    ///
    /// # Errors
    /// Where the file cannot be read, others can read it, or what is in it is no token.
    pub fn read(path: &Path) -> Result<Self, TokenError> {
        let refused = |fault: String| TokenError {
            path: path.to_owned(),
            fault,
        };
        let failed = |error: io::Error| refused(error.to_string());
        let metadata = fs::symlink_metadata(path).map_err(failed)?;
        if !metadata.is_file() {
            return Err(refused("it is no regular file".to_owned()));
        }
        if let Some(mode) = open_to_others(&metadata) {
            let fault = format!("others can read it (mode {mode:04o}): `chmod 600` closes it");
            return Err(refused(fault));
        }
        let mut text = String::new();
        let file = File::open(path).map_err(failed)?;
        file.take(LONGEST)
            .read_to_string(&mut text)
            .map_err(failed)?;
        let token = text.trim();
        if token.len() < SHORTEST || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            let fault = format!("a token has at least {SHORTEST} characters of ASCII, no blanks");
            return Err(refused(fault));
        }
        Ok(Self(token.to_owned()))
    }

    /// One that nobody can guess.
    pub(crate) fn draw() -> io::Result<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        Ok(Self(const_hex::encode(bytes)))
    }

    pub(crate) fn is(&self, offered: &str) -> bool {
        same(self.0.as_bytes(), offered.as_bytes())
    }

    /// What a cookie holds: until when it is good, and a code that only who has the token can make. So it outlives
    /// the dashboard, as long as the token is the same.
    pub(crate) fn session(&self, now: SystemTime) -> Option<String> {
        let until = seconds(now).saturating_add(SESSION.as_secs());
        Some(format!("{until}.{}", self.code(until)?))
    }

    pub(crate) fn is_session(&self, offered: &str, now: SystemTime) -> bool {
        let Some((until, code)) = offered.split_once('.') else {
            return false;
        };
        let Ok(until) = until.parse::<u64>() else {
            return false;
        };
        let right = self.code(until);
        right.is_some_and(|right| same(right.as_bytes(), code.as_bytes())) && until > seconds(now)
    }

    /// Nothing where no tier can answer.
    fn code(&self, until: u64) -> Option<String> {
        let message = format!("kilowat dashboard session until {until}");
        let code = kilowat::crypto::hmac_sha256(self.0.as_bytes(), message.as_bytes()).ok()?;
        Some(const_hex::encode(code))
    }
}

/// Whether two secrets are the same, in a time that depends on their lengths alone.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.ct_eq(other).into()
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[cfg(unix)]
fn open_to_others(metadata: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = metadata.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn open_to_others(_: &fs::Metadata) -> Option<u32> {
    None
}

/// Codes of links that were not used yet.
#[derive(Debug, Default)]
pub(crate) struct Links(Mutex<VecDeque<(String, Instant)>>);

impl Links {
    /// A new code. The oldest one goes where there are too many.
    pub(crate) fn draw(&self) -> io::Result<String> {
        let Token(code) = Token::draw()?;
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if codes.len() == LINKS {
            codes.pop_front();
        }
        codes.push_back((code.clone(), Instant::now()));
        Ok(code)
    }

    /// Whether there is such a code. From now on there is none.
    pub(crate) fn use_up(&self, offered: &str) -> bool {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        codes.retain(|(_, drawn)| drawn.elapsed() < LINK);
        let before = codes.len();
        codes.retain(|(code, _)| !same(code.as_bytes(), offered.as_bytes()));
        codes.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_and_cannot_be_made_up() {
        let token = Token("0123456789abcdef".to_owned());
        let other = Token("0123456789abcdeg".to_owned());
        let now = UNIX_EPOCH + Duration::from_secs(1_000);
        let session = token.session(now).unwrap();
        assert!(token.is_session(&session, now));
        assert!(!token.is_session(&session, now + SESSION));
        assert!(!other.is_session(&session, now));
        let later = session.replacen("44200.", "99999.", 1);
        assert_ne!(later, session);
        for made_up in ["", ".", "99999.", "x.y", &later] {
            assert!(!token.is_session(made_up, now), "{made_up}");
        }
    }

    #[test]
    fn a_link_is_good_once() {
        let links = Links::default();
        let code = links.draw().unwrap();
        assert!(!links.use_up("another"));
        assert!(links.use_up(&code));
        assert!(!links.use_up(&code));
        let codes: Vec<_> = (0..=LINKS).map(|_| links.draw().unwrap()).collect();
        assert!(!links.use_up(&codes[0]), "the oldest has made room");
        assert!(links.use_up(&codes[1]));
    }

    #[test]
    fn tokens_are_read_from_files_for_the_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let words = |path: &Path| Token::read(path).unwrap_err().fault;
        assert!(words(&path).contains("No such file"));
        fs::write(&path, "0123456789abcdef\n").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            assert!(words(&path).starts_with("others can read it (mode 0640)"));
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            assert_eq!(words(&link), "it is no regular file");
        }
        let token = Token::read(&path).unwrap();
        assert!(token.is("0123456789abcdef") && !token.is("0123456789abcde"));
        assert_eq!(format!("{token:?}"), "Token(..)");
        for wrong in ["short", "has a blank in between", "ümlaut-ümlaut-ümlaut"] {
            fs::write(&path, wrong).unwrap();
            assert!(words(&path).starts_with("a token has at least 16"));
        }
    }
}
