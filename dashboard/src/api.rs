//! What programs and the page ask for.

use std::sync::Arc;
use std::time::SystemTime;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Json, Query, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap, LOCATION, SET_COOKIE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use kilowat_swarm::monitor::Minute;
use kilowat_swarm::rollback::{self, Rollback, System};
use serde::{Deserialize, Serialize};

use crate::server::Shared;
use crate::token::SESSION;
use crate::{access, hooks, metrics, page, sampler};

/// The longest body, in bytes.
const LONGEST_BODY: usize = 16 << 10;

/// Minutes are kept for so many.
const MOST_MINUTES: u32 = 30 * 24 * 60;

/// All that can be asked for.
pub(crate) fn routes(shared: Arc<Shared>) -> Router {
    let guard = middleware::from_fn_with_state(Arc::clone(&shared), access::guard);
    page::routes()
        .route("/api/v1/report", get(report))
        .route("/api/v1/history", get(history))
        .route("/api/v1/stream", get(stream))
        .route("/api/v1/session", get(session))
        .route("/api/v1/alerts/acknowledge", post(acknowledge))
        .route("/api/v1/rollback", post(roll_back))
        .route("/api/v1/links", post(link))
        .route("/login", get(login))
        .route("/metrics", get(exported))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        // It reads its body itself, as that may be longer.
        .route("/hooks", hooks::route())
        .layer(guard)
        .with_state(shared)
}

/// Something that went wrong, for who asked.
struct Failure(StatusCode, String);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.0, Json(serde_json::json!({ "error": self.1 }))).into_response()
    }
}

impl From<kilowat_swarm::Error> for Failure {
    fn from(error: kilowat_swarm::Error) -> Self {
        Self(StatusCode::SERVICE_UNAVAILABLE, error.to_string())
    }
}

const JSON: (HeaderName, &str) = (CONTENT_TYPE, "application/json");

/// What was seen last.
async fn report(State(shared): State<Arc<Shared>>) -> Response {
    match shared.hub.latest() {
        Some(json) => ([JSON], Body::from(json)).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

#[derive(Deserialize)]
struct Wanted {
    hook: Option<String>,
    minutes: Option<u32>,
}

#[derive(Serialize)]
struct Minutes {
    hook: String,
    minutes: Vec<Minute>,
}

/// The last ten minutes by seconds; of a hook, the last hour by minutes, or as many as are asked for.
async fn history(
    State(shared): State<Arc<Shared>>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let Some(hook) = wanted.hook else {
        return Ok(Json(shared.hub.points()).into_response());
    };
    let count = wanted.minutes.unwrap_or(60).clamp(1, MOST_MINUTES);
    let minutes = blocking(move || {
        let minutes = shared.monitor.history(&hook, count)?;
        Ok(Minutes { hook, minutes })
    });
    Ok(Json(minutes.await?).into_response())
}

/// Each second what was seen, for as long as somebody looks on.
async fn stream(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let Some(place) = shared.hub.place() else {
        let words = "too many look on: try again later\n";
        return (StatusCode::SERVICE_UNAVAILABLE, words).into_response();
    };
    let known = headers.get("last-event-id");
    let known = known.and_then(|known| known.to_str().ok());
    let body = Body::from_stream(shared.hub.stream(place, known));
    ([(CONTENT_TYPE, "text/event-stream")], body).into_response()
}

/// Whether whoever asks may change something.
async fn session(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let is_known = access::known_by(&shared, &headers).is_some();
    Json(serde_json::json!({ "known": is_known })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    rule: String,
    subject: String,
}

/// Says that somebody knows of an alert.
async fn acknowledge(
    State(shared): State<Arc<Shared>>,
    Json(known): Json<Known>,
) -> Result<StatusCode, Failure> {
    let is_there = blocking({
        let shared = Arc::clone(&shared);
        move || shared.monitor.acknowledge(&known.rule, &known.subject)
    });
    if !is_there.await? {
        let words = "no such alert fires".to_owned();
        return Err(Failure(StatusCode::NOT_FOUND, words));
    }
    shared.look();
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    /// All of them where none is named.
    system: Option<String>,
    wasm: bool,
}

/// What has become of a switch.
#[derive(Serialize)]
struct Switched {
    done: bool,
    #[serde(flatten)]
    report: rollback::Report,
}

/// Has the systems of the swarm run native code, or kernels again, in all of its processes.
async fn roll_back(
    State(shared): State<Arc<Shared>>,
    Json(switch): Json<Switch>,
) -> Result<Json<Switched>, Failure> {
    let system = switch.system.map(|name| name.parse::<System>());
    let system = system
        .transpose()
        .map_err(|error| Failure(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
    let report = blocking({
        let shared = Arc::clone(&shared);
        move || {
            let mut rollback = Rollback::of(shared.swarm.place());
            if let Some(system) = system {
                rollback = rollback.system(system);
            }
            if switch.wasm {
                rollback = rollback.undo();
            }
            rollback.run()
        }
    });
    let report = report.await;
    shared.look();
    let report = report?;
    let done = report.is_done();
    Ok(Json(Switched { done, report }))
}

/// A link for another browser.
async fn link(State(shared): State<Arc<Shared>>) -> Result<Response, Failure> {
    let failed =
        |error: std::io::Error| Failure(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    let code = shared.links.draw().map_err(failed)?;
    let path = format!("/login?code={code}");
    Ok(Json(serde_json::json!({ "path": path })).into_response())
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

/// Makes a browser known that has come by a link.
async fn login(State(shared): State<Arc<Shared>>, Query(code): Query<Code>) -> Response {
    if !shared.links.use_up(&code.code) {
        let words = "this link was used or is too old: ask for another one\n";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let Some(session) = shared.token.session(SystemTime::now()) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let cookie = format!(
        "{}={session}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}",
        shared.cookie,
        SESSION.as_secs()
    );
    let headers = [(SET_COOKIE, cookie), (LOCATION, page::PATH.to_owned())];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// The figures as Prometheus reads them.
async fn exported(State(shared): State<Arc<Shared>>) -> Result<Response, Failure> {
    let text = blocking(move || Ok(metrics::text(&shared))).await?;
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(CONTENT_TYPE, kind)], text).into_response())
}

/// Whether the swarm can be read.
async fn ready(State(shared): State<Arc<Shared>>) -> Result<&'static str, Failure> {
    let seen = sampler::lock(&shared.seen);
    match (&seen.error, &seen.report) {
        (None, Some(_)) => Ok("ready\n"),
        (Some(error), _) => Err(Failure(StatusCode::SERVICE_UNAVAILABLE, error.clone())),
        (None, None) => {
            let words = "nothing was read yet".to_owned();
            Err(Failure(StatusCode::SERVICE_UNAVAILABLE, words))
        }
    }
}

/// Does what blocks where others need not wait for it.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, kilowat_swarm::Error> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => Ok(answer?),
        Err(error) => Err(Failure(
            StatusCode::INTERNAL_SERVER_ERROR,
            error.to_string(),
        )),
    }
}
