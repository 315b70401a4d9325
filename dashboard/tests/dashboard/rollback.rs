//! Kernels off and on, and what waits for a Redis, as programs see it.

use serde_json::{Value, json};

use super::client::Client;
use super::{Folder, eventually};

const PATH: &str = "/api/v1/rollback";

/// Headers of a browser that is known.
fn known(client: &Client, link: &str) -> [String; 2] {
    let path = &link[client.origin().len()..];
    let cookie = client.get(path).cookie();
    [
        format!("Origin: {}", client.origin()),
        format!("Cookie: {cookie}"),
    ]
}

fn wasm(sample: &Value) -> Vec<bool> {
    let systems = sample["rollback"]["systems"].as_array().unwrap();
    systems
        .iter()
        .map(|system| system["wasm"].as_bool().unwrap())
        .collect()
}

#[test]
fn systems_are_rolled_back_and_allowed_again() {
    let folder = Folder::new();
    let (running, client) = folder.start();
    let report = || client.get("/api/v1/report").json();
    assert_eq!(wasm(&report()), [true, true, true]);
    let own = format!("Origin: {}", client.origin());
    let off = r#"{"system":"messages","wasm":false}"#;
    assert_eq!(client.post(PATH, &[&own], off).status, 401);
    assert_eq!(wasm(&report()), [true, true, true]);
    let headers = known(&client, &running.link());
    let headers = headers.each_ref().map(String::as_str);
    let answer = client.post(PATH, &headers, off);
    assert_eq!(answer.status, 200, "{answer:?}");
    let said = answer.json();
    assert_eq!(said["done"], true, "{said}");
    assert_eq!(said["after"]["messages"], false);
    eventually("off", || wasm(&report()) == [true, false, true]);
    // This process says so of itself.
    let processes = report()["rollback"]["processes"].clone();
    assert_eq!(
        processes[0]["messages"],
        json!({"wasm": false, "answers": "native"})
    );
    let metrics = client.get("/metrics").body;
    assert!(
        metrics.contains("kilowat_swarm_kernels{system=\"messages\"} 0\n"),
        "{metrics}"
    );
    assert_eq!(
        client
            .post(PATH, &headers, r#"{"system":null,"wasm":false}"#)
            .status,
        200
    );
    eventually("all off", || wasm(&report()) == [false, false, false]);
    assert_eq!(client.post(PATH, &headers, r#"{"wasm":true}"#).status, 200);
    eventually("on again", || wasm(&report()) == [true, true, true]);
    for wrong in [
        "{}",
        r#"{"system":"disk","wasm":false}"#,
        r#"{"wasm":0}"#,
        r#"{"wasm":true,"more":1}"#,
    ] {
        assert_eq!(client.post(PATH, &headers, wrong).status, 422, "{wrong}");
    }
}

#[test]
fn switches_that_mean_nothing_are_said() {
    let folder = Folder::new();
    let (_running, client) = folder.start();
    let path = folder.swarm.place().folder().join("config.toml");
    std::fs::write(path, "wasm = 1\n").unwrap();
    eventually("said", || {
        let sample = client.get("/api/v1/report").json();
        let problem = sample["rollback"]["problem"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        problem.contains("config.toml: line 1: ") && wasm(&sample) == [false, false, false]
    });
}

#[test]
fn what_waits_for_a_redis() {
    let folder = Folder::new();
    let (_running, client) = folder.start();
    let outbox = || client.get("/api/v1/report").json()["report"]["outbox"].clone();
    assert_eq!(outbox(), json!({"sends": 0, "bytes": 0, "oldest": null}));
    let at = folder.swarm.now().0 - 90_000;
    spool(&folder, at);
    eventually("it waits", || {
        outbox() == json!({"sends": 1, "bytes": 5, "oldest": at})
    });
    eventually("an alert", || {
        let alerts = client.get("/api/v1/report").json()["alerts"].clone();
        let alert = alerts
            .as_array()
            .unwrap()
            .iter()
            .find(|alert| alert["rule"] == "outbox")
            .cloned();
        alert.is_some_and(|alert| {
            let text = alert["text"].as_str().unwrap();
            text.starts_with("messages have waited 9") && text.ends_with(" s for a Redis")
        })
    });
    let metrics = client.get("/metrics").body;
    assert!(
        metrics.contains("kilowat_swarm_outbox_sends 1\n"),
        "{metrics}"
    );
    assert!(
        metrics.contains("kilowat_swarm_outbox_bytes 5\n"),
        "{metrics}"
    );
}

/// Has something wait for a Redis that is not there.
pub(crate) fn spool(folder: &Folder, at: i64) {
    let database = rusqlite::Connection::open(folder.swarm.place().database()).unwrap();
    let insert = "INSERT INTO outbox (swarm, producer, channel, seq, at, settings, parcel)
                  VALUES ('s', x'01', 'jobs', 1, ?1, '{}', x'0102030405')";
    database.execute(insert, [at]).unwrap();
}
