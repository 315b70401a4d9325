//! Secrets: tokens of providers, private keys, passwords in addresses, and what is assigned to names of secrets.

mod assigned;
mod form;
mod known;
mod proof;
mod providers;
mod random;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::edit::{Edit, Step};
use crate::finding::{Finding, Severity};
use crate::findings::Findings;
use crate::limit;
use crate::rules::{Allowed, Settings, TestsOfRust};
use crate::scan::{Asker as ScanAsker, Hit, Kept, SHORTEST, Source};
use form::Part;
use providers::PROVIDERS;

/// Says whether a token's checksum fits.
type Proof = fn(&[u8]) -> bool;

/// What a checksum that does not fit means.
#[derive(Debug, Clone, Copy)]
enum Proved {
    /// There is none.
    Never,
    /// It is no token.
    Needed(Proof),
    /// It matters less.
    Better(Proof),
}

/// What a token looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    /// What stands in each.
    literal: &'static str,
    before: &'static [Part],
    behind: &'static [Part],
    proved: Proved,
    severity: Severity,
}

/// A token that begins with a literal.
const fn form(literal: &'static str, behind: &'static [Part]) -> Form {
    Form {
        literal,
        before: &[],
        behind,
        proved: Proved::Never,
        severity: Severity::Error,
    }
}

impl Form {
    /// These parts stand before the literal.
    const fn behind(self, before: &'static [Part]) -> Self {
        Self { before, ..self }
    }

    const fn needs(self, proof: Proof) -> Self {
        let proved = Proved::Needed(proof);
        Self { proved, ..self }
    }

    const fn better(self, proof: Proof) -> Self {
        let proved = Proved::Better(proof);
        Self { proved, ..self }
    }

    /// One that does less harm: for tests, or meant to be seen.
    const fn minor(self) -> Self {
        let severity = Severity::Warning;
        Self { severity, ..self }
    }
}

/// Tokens that are known by the name that they are assigned to, and what they look like.
#[derive(Debug)]
struct Named {
    names: &'static [&'static str],
    values: &'static [&'static [Part]],
}

/// Who gives out tokens.
#[derive(Debug)]
pub(crate) struct Provider {
    id: &'static str,
    name: &'static str,
    /// Where tokens are revoked.
    page: &'static str,
    forms: &'static [Form],
    named: &'static [Named],
}

/// What asked for a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asker {
    /// A form, by the places of its provider and itself.
    Form(u8, u8),
    /// Names of a provider's tokens.
    Named(u8, u8),
    Key,
    WebToken,
    Address,
    /// A name of secrets.
    Name,
    /// A name of passwords, which people make up.
    Password,
}

/// The bytes that a token is likely to stand behind: a literal of less than four bytes is looked for with each.
const BEFORE_SHORT: &[u8; 8] = b"\"'`= :/>";

/// Names of secrets.
const NAMES: &[&str] = &[
    "secret",
    "Secret",
    "SECRET",
    "token",
    "Token",
    "TOKEN",
    "api_key",
    "apikey",
    "apiKey",
    "ApiKey",
    "API_KEY",
    "APIKEY",
    "api-key",
    "access_key",
    "accessKey",
    "AccessKey",
    "ACCESS_KEY",
    "private_key",
    "privateKey",
    "PrivateKey",
    "PRIVATE_KEY",
    "auth_key",
    "authKey",
    "AUTH_KEY",
    "credential",
    "Credential",
    "CREDENTIAL",
    "encryption_key",
    "encryptionKey",
    "ENCRYPTION_KEY",
];

const PASSWORDS: &[&str] = &[
    "password",
    "Password",
    "PASSWORD",
    "passwd",
    "PASSWD",
    "passphrase",
    "PASSPHRASE",
];

/// Tells of all literals that secrets ask for, and how many bytes are put before each.
pub(crate) fn literals(mut tell: impl FnMut(Cow<'static, [u8]>, Asker, u8)) {
    for (provider, number) in PROVIDERS.iter().zip(0..) {
        for (form, place) in provider.forms.iter().zip(0..) {
            let asker = Asker::Form(number, place);
            if form.literal.len() >= SHORTEST {
                tell(form.literal.as_bytes().into(), asker, 0);
                continue;
            }
            for before in BEFORE_SHORT {
                let mut literal = vec![*before];
                literal.extend(form.literal.as_bytes());
                tell(literal.into(), asker, 1);
            }
        }
        for (named, place) in provider.named.iter().zip(0..) {
            for name in named.names {
                tell(name.as_bytes().into(), Asker::Named(number, place), 0);
            }
        }
    }
    for (list, asker) in [
        (known::KEYS, Asker::Key),
        (known::WEB_TOKENS, Asker::WebToken),
        (known::ADDRESSES, Asker::Address),
        (NAMES, Asker::Name),
        (PASSWORDS, Asker::Password),
    ] {
        for literal in list {
            tell(literal.as_bytes().into(), asker, 0);
        }
    }
}

/// Kinds of secrets that have no provider: the rule, what it is, and how it is found.
const OTHERS: &[(&str, &str, &str)] = &[
    (
        PRIVATE_KEY,
        "A private key",
        "the armour of PEM, OpenSSH and PGP, or PuTTY's, with a key in it",
    ),
    (
        WEB_TOKEN,
        "A JSON web token",
        "a header, claims and a signature, which are decoded",
    ),
    (
        ADDRESS,
        "A password in an address",
        "`scheme://user:password@host`, where the host is not this machine",
    ),
    (
        ASSIGNED,
        "What looks drawn at random, for a name of a secret",
        "names, length, letters and entropy",
    ),
    (
        PASSWORD,
        "A password in the text",
        "names of passwords, and three kinds of letters",
    ),
];

const PRIVATE_KEY: &str = "security.private-key";
const WEB_TOKEN: &str = "security.web-token";
const ADDRESS: &str = "security.address";
const ASSIGNED: &str = "security.assigned";
const PASSWORD: &str = "security.password";

/// Whether a rule is one for secrets: then the line where it finds one must not be shown.
#[must_use]
pub fn is_secret(rule: &str) -> bool {
    PROVIDERS.iter().any(|provider| provider.id == rule)
        || OTHERS.iter().any(|(id, ..)| *id == rule)
}

/// All kinds of secrets that are looked for, in the order of their names: the rule, what it finds, and how that is known.
#[must_use]
pub fn kinds() -> Vec<(&'static str, String, String)> {
    let of_providers = PROVIDERS.iter().map(|provider| {
        let mut marks: Vec<String> = Vec::new();
        for form in provider.forms {
            let mark = format!("`{}`", form.literal);
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
        for named in provider.named {
            marks.push(format!("what is assigned to `{}`", named.names[0]));
        }
        (
            provider.id,
            format!("A token of {}", provider.name),
            marks.join(", "),
        )
    });
    let others = OTHERS
        .iter()
        .map(|(id, what, how)| (*id, (*what).to_owned(), (*how).to_owned()));
    let mut kinds: Vec<_> = of_providers.chain(others).collect();
    kinds.sort();
    kinds
}

/// A secret that was found.
#[derive(Debug)]
struct Found {
    range: Range<usize>,
    rule: &'static str,
    severity: Severity,
    what: String,
    remedy: String,
}

/// All kinds of secrets, with a project's switches.
#[derive(Debug, Default)]
pub struct Secrets {
    settings: Arc<Settings>,
}

impl Secrets {
    /// All of them, without a project's settings.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Secrets> = OnceLock::new();
        SHARED.get_or_init(Self::default)
    }

    /// As a project sets them.
    #[must_use]
    pub fn new(settings: Arc<Settings>) -> Self {
        Self { settings }
    }

    /// The secrets in a file, in order of place; of each kind no more than ten, the last of which tells how many more
    /// there are. No finding holds a secret.
    pub fn find(&self, source: &Source<'_>, hits: &Kept) -> Vec<Finding> {
        let hits = hits.of(source);
        let allowed = Allowed::of(source, hits);
        let mut found = Vec::new();
        let mut guessed = Vec::new();
        let tests = TestsOfRust::default();
        for hit in hits {
            let ScanAsker::Secret(asker, before) = hit.asker else {
                continue;
            };
            let start = hit.start + usize::from(before);
            let Some(secret) = look(source, asker, start, hit) else {
                continue;
            };
            if self.settings.is_on(secret.rule) && !allowed.allow(secret.rule, secret.range.start) {
                let is_guess = secret.rule == ASSIGNED || secret.rule == PASSWORD;
                if is_guess && tests.have(source, hits, secret.range.start) {
                    continue;
                }
                if is_guess { &mut guessed } else { &mut found }.push(secret);
            }
        }
        // What a provider's form says is better than what a name says.
        found.sort_by_key(|secret| secret.range.start);
        guessed.retain(|guess: &Found| {
            let behind = found.partition_point(|secret| secret.range.start < guess.range.end);
            let last = found[..behind].last();
            last.is_none_or(|secret| secret.range.end <= guess.range.start)
        });
        found.extend(guessed);
        let told = found.into_iter().map(|secret| secret.told(source));
        limit::settle(told.collect())
    }

    /// Adds what they find in what was edited.
    pub fn check(&self, edit: &Edit<'_>, found: &mut Findings) {
        for mut finding in self.find(&Source::of(edit), &edit.hits) {
            finding.offset += edit.mark;
            found.add(finding);
        }
    }
}

impl Step for Secrets {
    fn name(&self) -> &'static str {
        "security"
    }

    fn run(&self, edit: &Edit<'_>, found: &mut Findings) {
        self.check(edit, found);
    }
}

impl Found {
    /// As a finding: in a test it matters less.
    fn told(self, source: &Source<'_>) -> Finding {
        let severity = if source.is_test {
            Severity::Warning.min(self.severity)
        } else {
            self.severity
        };
        Finding {
            rule: self.rule.into(),
            severity,
            offset: self.range.start,
            len: self.range.len(),
            message: self.what,
            why: "Whoever can read the file, or what it is copied to, can use it".into(),
            remedy: self.remedy.into(),
        }
    }
}

/// Looks closer where a literal stands.
fn look(source: &Source<'_>, asker: Asker, start: usize, hit: &Hit) -> Option<Found> {
    let bytes = source.bytes;
    match asker {
        Asker::Form(provider, form) => {
            let provider = &PROVIDERS[usize::from(provider)];
            let form = &provider.forms[usize::from(form)];
            let range = form::token(bytes, start..hit.end, form.before, form.behind)?;
            let token = &bytes[range.clone()];
            let mut severity = form.severity;
            match form.proved {
                Proved::Needed(proof) if !proof(token) => return None,
                Proved::Better(proof) if !proof(token) => severity = Severity::Warning,
                _ => {}
            }
            let is_stand_in = random::is_stand_in(&bytes[hit.end..range.end])
                || random::is_stand_in(&bytes[range.start..start]);
            (!is_stand_in).then(|| provider.found(range, severity))
        }
        Asker::Named(provider, named) => {
            let provider = &PROVIDERS[usize::from(provider)];
            let assigned = assigned::at(source, start..hit.end)?;
            let value = &bytes[assigned.value.clone()];
            let values = provider.named[usize::from(named)].values;
            let fits = |parts: &&[Part]| {
                form::behind(value, 0, parts).is_some_and(|(end, _)| end == value.len())
            };
            // Twitter's begin with many of one letter.
            let letters = value
                .iter()
                .position(|byte| *byte != b'A')
                .map_or(value, |start| &value[start..]);
            let is_token = values.iter().any(fits)
                && assigned::is_of_secret(&bytes[assigned.name])
                && !random::is_loose_stand_in(letters)
                && random::entropy(value) >= random::LEAST_OF_HEX
                && value.iter().any(u8::is_ascii_digit);
            is_token.then(|| provider.found(assigned.value, Severity::Error))
        }
        Asker::Key => {
            let (range, encrypted) = known::private_key(bytes, start, hit.end)?;
            Some(Found {
                range,
                rule: PRIVATE_KEY,
                severity: if encrypted {
                    Severity::Warning
                } else {
                    Severity::Error
                },
                what: if encrypted {
                    "An encrypted private key stands here"
                } else {
                    "A private key stands here"
                }
                .to_owned(),
                remedy: "Make a new pair of keys, and keep the private one out of the project"
                    .to_owned(),
            })
        }
        Asker::WebToken => Some(Found {
            range: known::web_token(bytes, start)?,
            rule: WEB_TOKEN,
            severity: Severity::Warning,
            what: "A JSON web token stands here".to_owned(),
            remedy: "Revoke it if it is still valid, and read it from the environment".to_owned(),
        }),
        Asker::Address => Some(Found {
            range: known::address(bytes, hit.end)?,
            rule: ADDRESS,
            severity: Severity::Error,
            what: "An address with a password stands here".to_owned(),
            remedy: "Change the password, and read the address from the environment".to_owned(),
        }),
        Asker::Name | Asker::Password => {
            if source.is_test {
                return None;
            }
            let assigned = assigned::at(source, start..hit.end)?;
            let value = &bytes[assigned.value.clone()];
            // Base64 of JSON is a part of a web token, or no secret.
            let is_drawn = random::is_drawn(value) && !value.starts_with(b"eyJ");
            let is_made_up = asker == Asker::Password && random::is_made_up(value);
            let is_secret = (is_drawn || is_made_up)
                && !random::is_loose_stand_in(value)
                && assigned::is_of_secret(&bytes[assigned.name]);
            is_secret.then(|| Found {
                range: assigned.value,
                rule: if asker == Asker::Password {
                    PASSWORD
                } else {
                    ASSIGNED
                },
                severity: Severity::Warning,
                what: if asker == Asker::Password {
                    "A password stands here"
                } else {
                    "What looks like a secret stands here"
                }
                .to_owned(),
                remedy: "Change it where it is valid, and read it from the environment".to_owned(),
            })
        }
    }
}

impl Provider {
    fn found(&self, range: Range<usize>, severity: Severity) -> Found {
        Found {
            range,
            rule: self.id,
            severity,
            what: format!("A token of {} stands here", self.name),
            remedy: format!(
                "Revoke it ({}), and read the new one from the environment",
                self.page
            ),
        }
    }
}
