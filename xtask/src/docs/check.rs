//! Follows the links of a site that was built.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use walkdir::WalkDir;

use crate::tidy::normalize;

/// What leads nowhere, a line each.
pub(super) fn check(site: &Path) -> Result<Vec<String>> {
    let mut pages: BTreeMap<PathBuf, (BTreeSet<String>, Vec<String>)> = BTreeMap::new();
    for entry in WalkDir::new(site).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path();
        // The first is for hosts, whose links begin at their root; the second is a part of all pages.
        let is_apart = ["404.html", "toc.html"].map(|name| site.join(name));
        if path.extension().is_none_or(|extension| extension != "html")
            || is_apart.iter().any(|apart| apart == path)
        {
            continue;
        }
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let links = (attributes(&text, "href").chain(attributes(&text, "src"))).collect();
        pages.insert(normalize(path), (attributes(&text, "id").collect(), links));
    }
    let mut dead = Vec::new();
    for (page, (_, links)) in &pages {
        for link in links {
            if let Some(why) = follow(page, link, &pages) {
                let page = page.strip_prefix(site).unwrap_or(page);
                dead.push(format!("{}: `{link}` leads nowhere: {why}", page.display()));
            }
        }
    }
    Ok(dead)
}

/// The values of an attribute, in a page that a program has written.
fn attributes(html: &str, name: &str) -> impl Iterator<Item = String> {
    let mark = format!(" {name}=\"");
    let values = html.split(&mark).skip(1).collect::<Vec<_>>().into_iter();
    values.filter_map(|behind| {
        let (value, _) = behind.split_once('"')?;
        Some(value.replace("&amp;", "&").replace("%20", " "))
    })
}

/// Why a link leads nowhere.
fn follow(
    page: &Path,
    link: &str,
    pages: &BTreeMap<PathBuf, (BTreeSet<String>, Vec<String>)>,
) -> Option<String> {
    let is_elsewhere = ["mailto:", "data:", "javascript:"];
    if link.contains("://") || is_elsewhere.iter().any(|scheme| link.starts_with(scheme)) {
        return None;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() {
        page.to_owned()
    } else {
        normalize(&page.parent().unwrap_or(page).join(path))
    };
    if !target.is_file() {
        return Some(format!("there is no {}", target.display()));
    }
    match pages.get(&target) {
        Some((ids, _)) if !anchor.is_empty() && !ids.contains(anchor) => {
            Some("the page has no such heading".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_links_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path();
        fs::create_dir(site.join("docs")).unwrap();
        let index = "<a href=\"docs/a.html#x\"> <a href=\"docs/a.html#y\"> <img src=\"b.png\"> <a href=\"https://e.org\">";
        fs::write(site.join("index.html"), index).unwrap();
        fs::write(
            site.join("docs/a.html"),
            "<h1 id=\"x\"> <a href=\"../index.html\"> <a href=\"#x\">",
        )
        .unwrap();
        let dead = check(site).unwrap();
        assert_eq!(dead.len(), 2, "{dead:?}");
        assert!(dead[0].starts_with("index.html: `docs/a.html#y` leads nowhere: the page has"));
        assert!(dead[1].starts_with("index.html: `b.png` leads nowhere: there is no "));
    }
}
