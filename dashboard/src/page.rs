//! The page, and what belongs to it: files that are compiled in.

use std::sync::Arc;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::Redirect;
use axum::routing::get;

use crate::server::Shared;

/// Where the page is.
pub(crate) const PATH: &str = "/dashboard/wasm-rollout";

/// Where each file is, what it is, and what is in it.
const FILES: [(&str, &str, &str); 6] = [
    (
        PATH,
        "text/html; charset=utf-8",
        include_str!("../page/index.html"),
    ),
    (
        "/dashboard/style.css",
        "text/css; charset=utf-8",
        include_str!("../page/style.css"),
    ),
    (
        "/dashboard/page.js",
        "text/javascript; charset=utf-8",
        include_str!("../page/page.js"),
    ),
    (
        "/dashboard/icon.svg",
        "image/svg+xml",
        include_str!("../page/icon.svg"),
    ),
    (
        "/dashboard/uPlot.min.css",
        "text/css; charset=utf-8",
        include_str!("../page/uplot/uPlot.min.css"),
    ),
    (
        "/dashboard/uPlot.iife.min.js",
        "text/javascript; charset=utf-8",
        include_str!("../page/uplot/uPlot.iife.min.js"),
    ),
];

pub(crate) fn routes() -> Router<Arc<Shared>> {
    let mut router = Router::new().route("/", get(|| async { Redirect::to(PATH) }));
    for (path, kind, content) in FILES {
        // Another version of the dashboard may have other files.
        let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")];
        router = router.route(path, get((headers, content)));
    }
    router
}
