//! What is answered: the report, history, figures for Prometheus, the page, whether all is well.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kilowat_dashboard::{Dashboard, Error};
use kilowat_swarm::messenger::Message;
use kilowat_swarm::monitor::Run;

use super::client::Client;
use super::{Folder, eventually, started};

#[test]
fn the_report_has_what_the_swarm_does() {
    let folder = Folder::new();
    let jobs = folder.swarm.queue("jobs").open().unwrap();
    jobs.send(Message::json("t", &1).unwrap()).unwrap();
    let monitor = folder.swarm.monitor();
    monitor.set_gauge("speedup", 53.5, "verify").unwrap();
    monitor.record(&Run::new("post-edit", Duration::from_millis(2)));
    monitor.store().unwrap();
    let (_running, client) = folder.start();
    let answer = client.get("/api/v1/report");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let sample = answer.json();
    let report = &sample["report"];
    assert_eq!(report["channels"][0]["channel"], "jobs");
    assert_eq!(report["channels"][0]["ready"], 1);
    assert_eq!(report["gauges"][0]["value"], 53.5);
    let hooks = report["hooks"].as_array().unwrap();
    let hook = hooks.iter().find(|hook| hook["name"] == "post-edit");
    assert_eq!(hook.unwrap()["grade"], "good");
    assert_eq!(sample["targets"][0]["least"], 52.0);
    assert!(sample["process"]["resident"].as_u64().unwrap() > 0);
    assert!(sample["error"].is_null());
}

#[test]
fn history_by_seconds_and_by_minutes() {
    let folder = Folder::new();
    folder
        .swarm
        .monitor()
        .record(&Run::new("h", Duration::from_millis(7)));
    folder.swarm.monitor().store().unwrap();
    let (_running, client) = folder.start();
    let points = client.get("/api/v1/history").json();
    assert_eq!(points.as_array().unwrap().len(), 1);
    assert!(points[0]["p95"]["h"].as_u64().unwrap() > 6_900_000);
    let minutes = client.get("/api/v1/history?hook=h&minutes=5").json();
    assert_eq!(minutes["minutes"][0]["n"], 1);
    let none = client
        .get("/api/v1/history?hook=%3Cb%3E&minutes=4000000000")
        .json();
    assert_eq!(none["hook"], "<b>");
    assert_eq!(none["minutes"].as_array().unwrap().len(), 0);
    assert_eq!(client.get("/api/v1/history?minutes=many").status, 400);
    // Rates are those of the last second.
    let memory = folder.swarm.memory();
    eventually("a rate", || {
        memory.put("n", "k", &1).unwrap();
        folder.swarm.monitor().store().unwrap();
        let points = client.get("/api/v1/history").json();
        let latest = points.as_array().unwrap().last().unwrap().clone();
        latest["rates"]["memory.write"].as_f64() > Some(0.0)
    });
}

#[test]
fn figures_for_prometheus() {
    let folder = Folder::new();
    folder.inject_dead_letter("jobs");
    folder
        .swarm
        .monitor()
        .set_gauge("coverage", 99.5, "ci")
        .unwrap();
    folder.swarm.monitor().store().unwrap();
    let (_running, client) = folder.start();
    let answer = client.get("/metrics");
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    assert_eq!(answer.header("content-type"), Some(kind));
    for line in [
        "kilowat_swarm_up 1",
        "kilowat_swarm_alert{rule=\"dead-letters\",subject=\"jobs\"} 1",
        "kilowat_swarm_messages{channel=\"jobs\",state=\"dead\"} 1",
        "kilowat_swarm_gauge{name=\"coverage\"} 99.5",
        "kilowat_swarm_tasks{state=\"waiting\"} 0",
        "kilowat_wasm_share 0",
        "# TYPE kilowat_swarm_duration_seconds gauge",
    ] {
        let mut lines = answer.body.lines();
        assert!(lines.any(|found| found == line), "{line}: {}", answer.body);
    }
    assert!(
        answer
            .body
            .contains("kilowat_swarm_duration_seconds{hook=\"messages.send\",quantile=\"0.95\"}")
    );
    assert!(
        !answer.body.contains("kilowat_swarm_runs_total"),
        "nothing was done since"
    );
    folder.inject_dead_letter("jobs");
    folder.swarm.monitor().store().unwrap();
    eventually("counted", || {
        let body = client.get("/metrics").body;
        body.contains("kilowat_swarm_runs_total{hook=\"messages.sent\"} 1\n")
    });
}

#[test]
fn the_page_and_its_files() {
    let folder = Folder::new();
    let (_running, client) = folder.start();
    let front = client.get("/");
    assert_eq!(
        (front.status, front.header("location")),
        (303, Some("/dashboard/wasm-rollout"))
    );
    let page = client.get("/dashboard/wasm-rollout");
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    // All that the page names is there.
    let mut names = 0;
    for part in page.body.split(['"', '\'']) {
        if part.starts_with("/dashboard/") {
            assert_eq!(client.get(part).status, 200, "{part}");
            names += 1;
        }
    }
    assert!(names >= 6, "{names}");
    assert_eq!(client.get("/dashboard/page.js/..").status, 404);
    assert_eq!(client.get("/dashboard/../Cargo.toml").status, 404);
}

#[test]
fn whether_it_is_there_and_can_read() {
    let folder = Folder::new();
    let (_running, client) = folder.start();
    assert_eq!(client.get("/healthz").body, "ok\n");
    assert_eq!(client.get("/readyz").body, "ready\n");
    // What cannot be read is said, and everything else goes on.
    folder
        .swarm
        .monitor()
        .record(&Run::new("h", Duration::from_millis(1)));
    folder.swarm.monitor().store().unwrap();
    let damage = "UPDATE minutes SET histogram = x'80' WHERE hook = 'h'";
    let connection = rusqlite::Connection::open(folder.swarm.place().database()).unwrap();
    connection.execute(damage, []).unwrap();
    eventually("said", || client.get("/readyz").status == 503);
    let sample = client.get("/api/v1/report").json();
    let words = "minute durations of h is damaged: its durations cannot be read";
    assert_eq!(sample["error"], words);
    assert!(client.get("/metrics").body.contains("kilowat_swarm_up 0\n"));
    assert_eq!(client.get("/healthz").status, 200);
    connection.execute("DELETE FROM minutes", []).unwrap();
    eventually("read again", || client.get("/readyz").status == 200);
}

#[test]
fn alerts_are_told_to_the_program() {
    let folder = Folder::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let (_running, _) = started(folder.dashboard().on_alert({
        let told = Arc::clone(&told);
        move |alert| {
            let what = (alert.state.name(), alert.text.clone());
            told.lock().unwrap().push(what);
        }
    }));
    folder.inject_dead_letter("jobs");
    let firing = ("firing", "channel jobs has 1 dead letter".to_owned());
    let took = eventually("told", || told.lock().unwrap().contains(&firing));
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn an_address_that_is_taken_is_said() {
    let folder = Folder::new();
    let (running, client) = folder.start();
    let error = folder
        .dashboard()
        .listen(&[client.address])
        .start()
        .unwrap_err();
    assert!(matches!(error, Error::Listen { .. }), "{error}");
    running.stop();
    assert!(std::net::TcpStream::connect(client.address).is_err());
    let again = Dashboard::new(&folder.swarm)
        .listen(&[client.address])
        .start()
        .unwrap();
    assert_eq!(
        Client::new(again.addresses()[0]).get("/healthz").status,
        200
    );
}

#[test]
fn docs_name_what_there_is() {
    let folder = Folder::new();
    folder.inject_dead_letter("jobs");
    folder.swarm.monitor().store().unwrap();
    let (_running, client) = folder.start();
    let metrics = client.get("/metrics").body;
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let described = include_str!("../../src/metrics.rs");
    for file in [
        "deployment/grafana-dashboard.json",
        "deployment/prometheus-rules.yml",
        "../docs/dashboard.md",
    ] {
        let text = fs::read_to_string(package.join(file)).unwrap();
        let names =
            text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
        for name in names.filter(|name| name.starts_with("kilowat_swarm_")) {
            let is_there = metrics.contains(name) || described.contains(name);
            assert!(is_there, "{file} names {name}");
        }
    }
    let grafana = fs::read_to_string(package.join("deployment/grafana-dashboard.json")).unwrap();
    serde_json::from_str::<serde_json::Value>(&grafana).unwrap();
}
