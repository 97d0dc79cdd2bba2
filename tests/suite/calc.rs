//! `lscb calc` as an analyst or a script calls it: a method, a batch, the list.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// The program's exit code and standard output, given `input`.
fn calc(arguments: &[&str], input: &str) -> (i32, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_lscb"))
        .arg("calc")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut pipe = program.stdin.take().expect("a pipe");
    let input = input.to_owned();
    // Written beside the reading: a batch answers before it has been read whole, and a method that is none reads nothing.
    let writer = std::thread::spawn(move || drop(pipe.write_all(input.as_bytes())));
    let output = program.wait_with_output().expect("it ends");
    writer.join().expect("no panic");
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).expect("UTF-8"))
}

fn object(text: &str) -> Value {
    serde_json::from_str(text).expect("one JSON object")
}

#[test]
fn a_batch_answers_line_by_line_in_order() {
    let vectors = include_str!("../expected/vectors.jsonl");
    let (code, out) = calc(&["--batch"], vectors);
    assert_eq!(code, 0);
    let ids = |text: &str| text.lines().map(|l| object(l)["id"].clone()).collect::<Vec<Value>>();
    assert_eq!(ids(&out), ids(vectors));
    assert_eq!(calc(&["--batch"], "\n\n"), (0, String::new()), "empty lines are passed over");
}

#[test]
fn one_method_gives_its_result_or_why_not() {
    let family = r#"{"id": "f", "inputs": {"cells": {"a": 3, "b": 20, "T": 23}, "constraints": [["T", ["a", "b"]]]}}"#;
    let (code, out) = calc(&["disclosure_suppress"], family);
    assert_eq!((code, object(&out)), (0, json!({ "id": "f", "cells": { "a": "[c]", "b": "[c]", "T": 23 } })));
    let (code, out) = calc(&["exact_poisson"], r#"{"id": 7, "inputs": {"count": -1}}"#);
    assert_eq!((code, object(&out)), (1, json!({ "id": 7, "error": "a count must not be negative" })));
    let (code, out) = calc(&["exact_poisson"], r#"{"inputs": {}}"#);
    assert_eq!((code, object(&out)), (1, json!({ "id": null, "error": "\"count\" is missing" })));
    assert_eq!(calc(&["exact_poison"], "{}").0, 2, "no such method is a usage error");
    assert_eq!(calc(&["exact_poisson"], "{").0, 2, "and so is no JSON");
}

#[test]
fn the_list_names_every_method_with_parameters_and_source() {
    let (code, out) = calc(&["--list"], "");
    assert_eq!(code, 0);
    for method in lscb::calc::methods() {
        assert!(out.contains(&format!("{}\n    {}\n", method.name, method.summary)), "{}", method.name);
        assert!(method.parameters.iter().all(|(_, what)| out.contains(what)), "{}", method.name);
        assert!(out.contains(&format!("    Source: {}\n", method.source)), "{}", method.name);
    }
    assert_eq!(out.matches("denominators, or null").count(), 1, "charts that are called alike share their parameters");
}
