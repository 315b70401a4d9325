//! The hooks of a coding agent's host that asks by HTTP: the same answers as those of `kilowat hook`, and no process.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use kilowat_hooks::protocol::{Answer, Answered, Host, Limits, Payload};
use kilowat_swarm::Swarm;
use tokio::sync::Semaphore;

use crate::server::Shared;

/// So many events are read at a time, as each may be long.
const AT_A_TIME: usize = 8;

/// How long an event may take to come.
const WITHIN: Duration = Duration::from_secs(10);

/// The query of a host that relies on protected files, as of `kilowat hook --strict`.
const STRICT: &str = "strict";

/// What answers hooks.
pub(crate) struct Hooks {
    host: Arc<Host>,
    /// The one for those who ask for [`STRICT`].
    strict: Arc<Host>,
    room: Semaphore,
}

impl Hooks {
    pub(crate) fn new(swarm: &Swarm, project: &Path) -> Self {
        Self {
            host: Arc::new(Host::new(swarm, project)),
            strict: Arc::new(Host::new(swarm, project).strict(true)),
            room: Semaphore::new(AT_A_TIME),
        }
    }
}

pub(crate) fn route() -> MethodRouter<Arc<Shared>> {
    post(answer)
}

/// An event that cannot be answered. Hosts say so, and nothing is blocked.
fn refused(status: StatusCode, words: &str) -> Response {
    (status, Json(serde_json::json!({ "error": words }))).into_response()
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    body: Body,
) -> Response {
    let hooks = &shared.hooks;
    // Who asks for what there is not, as for `strickt`, is not to believe that it has it.
    let host = match query.as_deref() {
        None | Some("") => Arc::clone(&hooks.host),
        Some(STRICT) => Arc::clone(&hooks.strict),
        Some(_) => {
            let words = format!("the query may be `{STRICT}`, and nothing else");
            return refused(StatusCode::BAD_REQUEST, &words);
        }
    };
    let payload = {
        let Ok(_place) = hooks.room.acquire().await else {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        };
        match tokio::time::timeout(WITHIN, to_bytes(body, Limits::default().most)).await {
            Ok(Ok(bytes)) => Payload::read(&bytes).map_err(|error| (bytes, error)),
            Ok(Err(_)) => {
                let words = "the event is too long, or was cut";
                return refused(StatusCode::PAYLOAD_TOO_LARGE, words);
            }
            Err(_) => {
                let words = format!("the event has not come within {} s", WITHIN.as_secs());
                return refused(StatusCode::REQUEST_TIMEOUT, &words);
            }
        }
    };
    let answered = tokio::task::spawn_blocking(move || match payload {
        Ok(payload) => Ok(host.answer(&payload)),
        Err((bytes, error)) => Err(host.unread(&bytes, error.to_string())),
    });
    match answered.await {
        Ok(Ok(answered)) => said(&answered),
        // A status that is an error blocks nothing.
        Ok(Err(unread)) if unread.answer != Answer::Pass => said(&unread),
        Ok(Err(unread)) => refused(StatusCode::BAD_REQUEST, &unread.faults.join("; ")),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// The answer. What went wrong is for the person before the host, as there is no standard error.
fn said(answered: &Answered) -> Response {
    let mut body = answered.answer.body();
    if !answered.faults.is_empty() {
        tracing::warn!(faults = %answered.faults.join("; "), "a hook could not say what it should");
        body["systemMessage"] = format!("kilowat: {}", answered.faults.join("; ")).into();
    }
    Json(body).into_response()
}
