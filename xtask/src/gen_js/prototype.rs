//! The C prototypes in the contracts of exported functions.

use anyhow::{Context as _, Result, bail};
use kilowat_assembler::Source;

/// A parameter of a kernel's function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// Its type, such as `const u8 *`.
    pub(crate) ty: String,
    /// Its name, such as `src_ptr`.
    pub(crate) name: String,
}

impl Parameter {
    /// The name without `_ptr` of one that points at something. Of a bare `ptr` that is no name.
    pub(crate) fn pointed(&self) -> Option<&str> {
        self.ty.ends_with('*').then(|| {
            let name = self.name.strip_suffix("ptr").unwrap_or(&self.name);
            name.strip_suffix('_').unwrap_or(name)
        })
    }

    /// Whether what it points at is only read.
    pub(crate) fn is_read(&self) -> bool {
        self.ty.starts_with("const ")
    }
}

/// What a kernel's function takes and returns.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Prototype {
    /// `void`, `i32`, `u32`, `i64` or `u64`.
    pub(crate) returns: String,
    pub(crate) parameters: Vec<Parameter>,
}

/// The prototype of an exported function, from the comment above it.
pub(crate) fn of(source: &Source, export: &str) -> Result<Prototype> {
    let comment = contract(source, export)?;
    let words: Vec<&str> = comment.iter().map(|line| line.trim()).collect();
    parse(&words.join(" "), export).with_context(|| format!("the contract of `{export}`"))
}

/// The lines of the comment above an exported function, without their semicolons.
pub(crate) fn contract(source: &Source, export: &str) -> Result<Vec<String>> {
    let mark = format!("(export \"{export}\")");
    for fragment in source.fragments() {
        let lines: Vec<&str> = fragment.text.lines().collect();
        let Some(at) = lines.iter().position(|line| line.contains(&mark)) else {
            continue;
        };
        let comment: Vec<&str> = (lines[..at].iter().rev())
            .skip_while(|line| !line.starts_with(";;"))
            .map_while(|line| line.strip_prefix(";;"))
            .collect();
        let lines = comment.into_iter().rev();
        return Ok(lines
            .map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned())
            .collect());
    }
    bail!("no file of {} exports `{export}`", source.name())
}

fn parse(comment: &str, export: &str) -> Result<Prototype> {
    let (before, behind) = comment
        .split_once(&format!(" {export}("))
        .context("it has no prototype")?;
    let returns = before.rsplit(' ').next().unwrap_or_default().to_owned();
    let (list, _) = behind.split_once(')').context("its prototype has no end")?;
    let parameters = (list.split(',').map(str::trim))
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| {
            let at = parameter
                .rfind([' ', '*'])
                .with_context(|| format!("`{parameter}` has no type"))?;
            Ok(Parameter {
                ty: parameter[..=at].trim().to_owned(),
                name: parameter[at + 1..].to_owned(),
            })
        })
        .collect::<Result<_>>()?;
    Ok(Prototype {
        returns,
        parameters,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prototypes_are_read_over_lines() {
        let comment = "i32 cut( const u8 *src_ptr, u32 src_len, f64 at) Cuts (as said). Returns 0.";
        let prototype = parse(comment, "cut").unwrap();
        assert_eq!(prototype.returns, "i32");
        let parameters: Vec<_> = (prototype.parameters.iter())
            .map(|parameter| (&*parameter.ty, &*parameter.name, parameter.pointed()))
            .collect();
        assert_eq!(
            parameters,
            [
                ("const u8 *", "src_ptr", Some("src")),
                ("u32", "src_len", None),
                ("f64", "at", None)
            ]
        );
    }

    #[test]
    fn what_is_no_prototype_is_an_error() {
        for comment in ["Cuts.", "i32 cut(u32 len", "i32 cut(len)"] {
            assert!(parse(comment, "cut").is_err(), "{comment}");
        }
    }
}
