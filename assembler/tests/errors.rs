//! Every error that a person can meet: it names file, line and column, and what was expected.

mod common;

use std::fmt::Write as _;

use common::{assemble_files, kernel, settings};
use kilowat_assembler::{Error, Options};

/// Snapshots the error of a module of several files.
fn files(case: &str, files: &[(&str, &str)]) {
    let Err(error) = assemble_files("kernel", files, Options::default()) else {
        panic!("{case}: assembled, but should not");
    };
    settings().bind(|| insta::assert_snapshot!(format!("error_{case}"), error.to_string()));
}

/// Snapshots the error of a module of one file.
fn text(case: &str, text: &str) {
    files(case, &[("kernel.wat", text)]);
}

/// Snapshots the error of some fields around a function `run`, which is exported.
fn fields(case: &str, fields: &str) {
    let fields = format!("(func $run (export \"run\"))\n{fields}\n");
    text(case, &kernel(&fields));
}

/// Snapshots the error of the body of a function `run`.
fn body(case: &str, body: &str) {
    text(
        case,
        &kernel(&format!("(func $run (export \"run\")\n  {body})\n")),
    );
}

/// A kernel with a static region of `heap_base` bytes.
fn region(case: &str, heap_base: u32, map: &str, data: &str) {
    text(
        case,
        &format!(
            r#";;! summary = "A test"
;;! spec    = "none"
;;! exports = []

{map}
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const {heap_base}))
{data}
"#
        ),
    );
}

const MAP: &str = ";; Memory map
;;   offset  length  name   meaning
;;        0       8  FIRST  the first table
;;        8       8  LAST   the last table";

/// Snapshots the error of a kernel that promises constant time, with this above its function.
fn constant_time(case: &str, fields: &str) {
    let kernel = kernel(fields);
    text(
        case,
        &kernel.replacen("\n\n", "\n;;! constant_time = true\n\n", 1),
    );
}

#[test]
fn secrets() {
    let run = "(func $run (export \"run\") (param $key_ptr i32) (param $key_len i32))";
    constant_time("secrets_without_a_contract", run);
    constant_time(
        "secrets_not_named",
        &format!(";; void run(const u8 *key_ptr, u32 key_len)\n;;   Nothing.\n{run}"),
    );
    constant_time(
        "secret_unknown",
        &format!(";; void run(const u8 *key_ptr, u32 key_len)\n;;   secret: key, text\n{run}"),
    );
    constant_time(
        "public_does_more",
        &format!(
            "(func $public! (param $x i32) (result i32)\n  (i32.load8_u (local.get $x)))\n\n;; void run(const u8 *key_ptr, u32 key_len)\n;;   secret: none\n{run}"
        ),
    );
    constant_time(
        "secret_in_a_global",
        &format!(
            "(global $kept (mut i32) (i32.const 0))\n\n;; void run(const u8 *key_ptr, u32 key_len)\n;;   secret: none\n{run}"
        ),
    );
}

#[test]
fn headers() {
    text("no_header", "(memory (export \"memory\") 1)\n");
    text(
        "header_unknown_key",
        ";;! summary = \"A\"\n;;! spec = \"B\"\n;;! export = [\"run\"]\n",
    );
    text(
        "header_wrong_type",
        ";;! summary = \"A\"\n;;! spec = \"B\"\n;;! exports = \"run\"\n",
    );
    text(
        "header_missing_key",
        ";;! summary = \"A\"\n;;! exports = []\n\n(memory 1)\n",
    );
    text(
        "header_not_toml",
        ";;! summary = \"A\"\n;;! spec is missing\n;;! exports = []\n",
    );
    text(
        "header_named_twice",
        ";;! summary = \"A\"\n;;! spec = \"B\"\n;;! exports = [\"run\", \"run\"]\n",
    );
    text("header_stray", &kernel(";;! constant_time = true\n"));
}

#[test]
fn fragments() {
    let module = |fragments: &str| {
        format!(
            ";;! summary = \"A\"\n;;! spec = \"B\"\n;;! exports = []\n;;! fragments = {fragments}\n\
             (memory (export \"memory\") 1)\n"
        )
    };
    files(
        "unknown_fragment",
        &[
            ("kernel/module.wat", &module(r#"["pasre", "lib/crc"]"#)),
            ("kernel/parse.wat", ""),
            ("lib/crc32.wat", ""),
        ],
    );
    files(
        "unnamed_fragment",
        &[
            ("kernel/module.wat", &module(r#"["lib/crc"]"#)),
            ("kernel/parse.wat", ";; Parses.\n"),
            ("lib/crc.wat", ""),
            ("lib/unused.wat", ""),
        ],
    );
    files(
        "syntax_in_second_fragment",
        &[
            ("kernel/module.wat", &module(r#"["parse"]"#)),
            (
                "kernel/parse.wat",
                "(func $parse (param $p i32) (result i32)\n  (i32.add (local.get $p) (i32.cost 1)))\n",
            ),
        ],
    );
    files(
        "parenthesis_in_first_fragment",
        &[
            (
                "kernel/module.wat",
                &module(r#"["parse"]"#).replace("1)\n", "1\n"),
            ),
            ("kernel/parse.wat", "(func $parse)\n"),
        ],
    );
    files(
        "unknown_name_in_second_fragment",
        &[
            ("kernel/module.wat", &module(r#"["parse"]"#)),
            ("kernel/parse.wat", "(func $parse\n  (call $prase))\n"),
        ],
    );
    files(
        "file_and_folder",
        &[("kernel.wat", ""), ("kernel/module.wat", "")],
    );
    files("no_such_module", &[("other.wat", ""), ("third.wat", "")]);
    files("no_module_file", &[("kernel/parse.wat", "")]);
}

#[test]
fn validity() {
    body("type_error", "(drop (i32.add (i32.const 1) (i64.const 2)))");
    body("type_error_at_end", "(i32.const 1)");
    body("unknown_local", "(drop (local.get $x))");
    body("unknown_index", "(drop (local.get 3))");
    fields("invalid_global", "(global $G i32 (i64.const 1))");
    fields("invalid_export", "(export \"run\" (func $run))");
}

#[test]
fn forbidden_features() {
    body("feature_threads", "(drop (i32.atomic.load (i32.const 0)))");
    fields(
        "feature_shared_memory",
        "(func $f (result i32)\n  (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))",
    );
    body(
        "feature_relaxed_simd",
        "(drop (i8x16.relaxed_swizzle (v128.const i64x2 0 0) (v128.const i64x2 0 0)))",
    );
    body("feature_tail_call", "(return_call $run)");
    body("feature_reference_types", "(drop (ref.func $run))");
    body("feature_exceptions", "(try_table (nop))");
    fields("feature_exceptions_tag", "(tag $oops)");
    fields("feature_gc", "(type $point (struct (field i32)))");
    fields("feature_multi_memory", "(memory $second 1)");
    fields(
        "constant_expression",
        "(global $G i32 (i32.add (i32.const 1) (i32.const 2)))",
    );
    text(
        "feature_memory64",
        &kernel("(func (export \"run\"))").replace("\"memory\") 1", "\"memory\") i64 1"),
    );
    text(
        "feature_threads_memory",
        &kernel("(func (export \"run\"))").replace("\"memory\") 1", "\"memory\") 1 1 shared"),
    );
}

#[test]
fn abi() {
    let run = kernel("(func (export \"run\"))");
    text(
        "import_function",
        &run.replace(
            "(memory",
            "(import \"env\" \"log\" (func $log (param i32)))\n(memory",
        ),
    );
    text(
        "import_memory",
        &run.replace(
            "(export \"memory\")",
            "(export \"memory\") (import \"env\" \"memory\")",
        ),
    );
    fields("export_not_in_header", "(func $more (export \"more\"))");
    text("export_missing", &kernel("(func $go (export \"go\"))"));
    fields("export_not_snake_case", "(func (export \"runFast\"))");
    fields("export_of_a_table", "(table (export \"calls\") 1 funcref)");
    fields(
        "export_of_a_global",
        "(global (export \"limit\") i32 (i32.const 1))",
    );
    fields(
        "state_size_mutable",
        "(global (export \"hash_state_size\") (mut i32) (i32.const 1))",
    );
    fields(
        "state_size_i64",
        "(global (export \"hash_state_size\") i64 (i64.const 1))",
    );
    text(
        "no_memory",
        &run.replace("(memory (export \"memory\") 1)\n", ""),
    );
    text(
        "memory_not_exported",
        &run.replace("(memory (export \"memory\") 1)", "(memory 1)"),
    );
    text(
        "memory_maximum",
        &run.replace("\"memory\") 1", "\"memory\") 1 16"),
    );
    text(
        "no_heap_base",
        &run.replace("(global (export \"heap_base\") i32 (i32.const 0))\n", ""),
    );
    text(
        "heap_base_mutable",
        &run.replace("i32 (i32.const 0)", "(mut i32) (i32.const 0)"),
    );
}

#[test]
fn static_region() {
    region(
        "data_overlap",
        16,
        MAP,
        "(data $FIRST (i32.const 0) \"12345678\")\n(data $LAST (i32.const 7) \"12345678\")",
    );
    region(
        "data_above_heap_base",
        12,
        MAP,
        "(data (i32.const 8) \"12345678\")",
    );
    region(
        "data_offset_not_constant",
        16,
        MAP,
        "(global $BASE i32 (i32.const 8))\n(data (offset (global.get $BASE)) \"12345678\")",
    );
    region("memory_too_small", 100_000, MAP, "");
    region("no_memory_map", 16, "", "(data (i32.const 8) \"12345678\")");
    region("second_memory_map", 16, &format!("{MAP}\n\n{MAP}"), "");
    region(
        "memory_map_length",
        16,
        MAP,
        "(data (i32.const 8) \"1234567\")",
    );
    region(
        "memory_map_offset",
        16,
        MAP,
        "(data (i32.const 4) \"1234\")",
    );
    region(
        "memory_map_overlap",
        16,
        &MAP.replace("8       8", "6       8"),
        "",
    );
    region(
        "memory_map_constant",
        16,
        MAP,
        "(global $FIRST i32 (i32.const 0))\n(global $LAST i32 (i32.const 4))",
    );
    region(
        "memory_map_columns",
        16,
        &MAP.replace("offset  length", "length  offset"),
        "",
    );
    region(
        "memory_map_number",
        16,
        &MAP.replace("8       8", "8   eight"),
        "",
    );
}

const LAYOUT: &str = ";; Layout frame_state
;;   offset  size  field   meaning
;;        0     4  phase   u32: what comes next
;;        4     8  length  u64: how many bytes there were
;;       16    16  lanes   four u32";

const ENUMERATION: &str = ";; Enumeration phase
;;   value  name    meaning
;;       0  header  the first
;;       1  blocks  the others";

#[test]
fn layouts() {
    fields(
        "layout_columns",
        &LAYOUT.replace("offset  size", "size  offset"),
    );
    fields("layout_offset", &LAYOUT.replace("  4     8", "four   8"));
    fields("layout_size", &LAYOUT.replace("4     8", "4    u64"));
    fields(
        "layout_size_of_unknown_constant",
        &LAYOUT.replace("    8  length", "$WIDE  length"),
    );
    fields("layout_empty_field", &LAYOUT.replace("4     8", "4     0"));
    fields("layout_field_name", &LAYOUT.replace("length", "Length"));
    fields("layout_field_size", &LAYOUT.replace("length", "size"));
    fields(
        "layout_without_rows",
        ";; Layout empty\n;;   offset  size  field  meaning",
    );
    fields("layout_overlap", &LAYOUT.replace("  4     8", "  2     8"));
    fields("layout_descends", &LAYOUT.replace("  4     8", " 32     8"));
    fields("layout_field_twice", &LAYOUT.replace("lanes ", "phase "));
    fields("layout_name", &LAYOUT.replace("frame_state", "FrameState"));
    fields("layout_name_taken", &LAYOUT.replace("frame_state", "super"));
    fields("layout_twice", &format!("{LAYOUT}\n\n{LAYOUT}"));
    fields(
        "layout_and_enumeration_of_one_name",
        &format!(
            "{LAYOUT}\n\n{}",
            ENUMERATION.replace("Enumeration phase", "Enumeration frame_state")
        ),
    );
    fields(
        "layout_is_not_its_size",
        &format!("{LAYOUT}\n(global $FRAME_STATE_SIZE i32 (i32.const 36))"),
    );
    fields(
        "state_without_layout",
        &format!("{LAYOUT}\n(global $STATE_SIZE (export \"a_state_size\") i32 (i32.const 32))"),
    );
    fields(
        "state_without_a_name",
        &format!("{LAYOUT}\n(global (export \"a_state_size\") i32 (i32.const 32))"),
    );
    files(
        "layout_in_second_fragment",
        &[
            (
                "kernel/module.wat",
                &kernel("(func $run (export \"run\"))")
                    .replace("[\"run\"]", "[\"run\"]\n;;! fragments = [\"lib/frames\"]"),
            ),
            ("lib/frames.wat", &LAYOUT.replace("4     8", "4   many")),
        ],
    );
}

#[test]
fn enumerations() {
    let globals = |globals: &str| format!("{ENUMERATION}\n{globals}");
    fields(
        "enumeration_columns",
        &ENUMERATION.replace("value  name  ", "name   value"),
    );
    fields(
        "enumeration_number",
        &ENUMERATION.replace("1  blocks", "one  blocks"),
    );
    fields(
        "enumeration_row_name",
        &ENUMERATION.replace("blocks", "Blocks"),
    );
    fields(
        "enumeration_twice",
        &ENUMERATION.replace("blocks", "header"),
    );
    fields(
        "enumeration_constant_differs",
        &globals(
            "(global $PHASE_HEADER i32 (i32.const 0))\n(global $PHASE_BLOCKS i32 (i32.const 2))",
        ),
    );
    fields(
        "enumeration_constant_missing",
        &globals("(global $PHASE_HEADER i32 (i32.const 0))"),
    );
    fields(
        "enumeration_row_missing",
        &globals(
            "(global $PHASE_HEADER i32 (i32.const 0))\n(global $PHASE_BLOCKS i32 (i32.const 1))\n\
             (global $PHASE_END i32 (i32.const 2))",
        ),
    );
}

#[test]
fn names_beside_numbers() {
    let tables = |case: &str, body: &str| {
        fields(
            case,
            &format!(
                "{LAYOUT}\n\n{ENUMERATION}\n\n{}\n\n(func $f (param $at i32)\n  {body})",
                ";; Layout lane\n;;   offset  size  field   meaning\n\
                 ;;        0     4  phase   the same as that of a state\n\
                 ;;        8     4  length  u32",
            ),
        );
    };
    tables(
        "name_offset",
        "(drop (i32.load offset=20 (;LANES;) (local.get $at)))",
    );
    tables(
        "name_offset_with_distance",
        "(drop (i32.load offset=20 (;LANES+8;) (local.get $at)))",
    );
    tables(
        "name_too_wide",
        "(drop (v128.load offset=20 (;LANES+4;) (local.get $at)))",
    );
    tables(
        "name_too_wide_at_an_address",
        "(drop (i64.load (i32.const 0 (;PHASE;))))",
    );
    tables(
        "name_too_far",
        "(drop (i32.add (local.get $at) (i32.const 36 (;LANES+20;))))",
    );
    tables(
        "name_ambiguous",
        "(drop (i32.load offset=8 (;LENGTH;) (local.get $at)))",
    );
    tables(
        "name_unknown",
        "(drop (i32.load offset=8 (;POSITION;) (local.get $at)))",
    );
    tables(
        "name_unknown_of_a_layout",
        "(drop (i32.load offset=8 (;LANE.POSITION;) (local.get $at)))",
    );
    tables(
        "name_unknown_of_an_enumeration",
        "(drop (i32.const 2 (;PHASE.END;)))",
    );
    tables(
        "name_of_a_value_as_offset",
        "(drop (i32.load offset=1 (;BLOCKS;) (local.get $at)))",
    );
    tables("name_value", "(drop (i32.const 2 (;PHASE.BLOCKS;)))");
    tables(
        "name_value_with_distance",
        "(drop (i32.const 2 (;BLOCKS+1;)))",
    );
    tables(
        "name_in_lower_case",
        "(drop (i32.load offset=0 (;phase;) (local.get $at)))",
    );
    tables(
        "name_beside_nothing",
        "(drop (i32.load (;PHASE;) (local.get $at)))",
    );
    region(
        "name_of_a_region",
        16,
        MAP,
        "(func $f (param $at i32)\n  (drop (i32.load offset=4 (;LAST;) (local.get $at))))",
    );
    region(
        "name_of_a_region_and_a_field",
        16,
        MAP,
        ";; Layout list\n;;   offset  size  field  meaning\n;;        4     4  last   the last\n\
         (func $f (param $at i32)\n  (drop (i32.load offset=8 (;LAST;) (local.get $at))))",
    );
}

#[test]
fn macros() {
    text(
        "recursive_macro",
        &kernel(
            "(func $a! (call $b!))\n(func $b! (if (i32.const 1) (then (call $a!))))\n\
             (func (export \"run\") (call $b!))",
        ),
    );
    text(
        "macro_calls_itself",
        &kernel("(func $loop! (call $loop!))\n(func (export \"run\") (call $loop!))"),
    );
    text("macro_exported", &kernel("(func $run! (export \"run\"))"));
    fields("macro_in_table", "(func $f!)\n(table funcref (elem $f!))");
    fields("macro_started", "(func $f!)\n(start $f!)");
    let mut doubling = String::from("(func $m0! (nop) (nop))\n");
    for level in 1..24 {
        let inner = format!("(call $m{}!)", level - 1);
        writeln!(doubling, "(func $m{level}! {inner} {inner})").expect("a String takes it");
    }
    fields("macro_too_large", &doubling);
}

#[test]
fn everything_wrong_with_the_abi_is_said_at_once() {
    let text = "(memory 1 2)\n(func (export \"A\"))\n";
    let text = format!(";;! summary = \"A\"\n;;! spec = \"B\"\n;;! exports = [\"b\"]\n{text}");
    let error = assemble_files("kernel", &[("kernel.wat", &text)], Options::default());
    let error = error.expect_err("several things are wrong");
    assert_eq!(error.diagnostics().len(), 6, "{error}");
    assert!(matches!(error, Error::Text(_)));
    assert_eq!(format!("{error:?}"), error.to_string());
}

/// Snapshots the error of an unrolled loop: what stands before it, its body, its step and its closing branch.
fn unrolled(case: &str, before: &str, round: &str, step: &str, branch: &str) {
    body(
        &format!("unrolled_{case}"),
        &format!(
            "(local $i i32)\n  (local $n i32)\n  {before}\n  (loop $round!\n    {round}\n    {step}\n    {branch})"
        ),
    );
}

#[test]
fn unrolled_loops() {
    let before = "(local.set $i (i32.const 0))";
    let round = "(i32.store (local.get $i) (local.get $n))";
    let step = "(local.set $i (i32.add (local.get $i) (i32.const 1)))";
    let branch = "(br_if $round! (i32.lt_u (local.get $i) (i32.const 4)))";
    let good = assemble_files(
        "kernel",
        &[(
            "kernel.wat",
            &kernel(&format!(
                "(func (export \"run\") (local $i i32) (local $n i32)\n{before}\n(loop $round!\n{round}\n{step}\n{branch}))"
            )),
        )],
        Options::default(),
    );
    assert!(good.is_ok(), "what the others differ from is right");

    unrolled("no_start", "", round, step, branch);
    let variable = "(local.set $i (local.get $n))";
    unrolled("start_not_constant", variable, round, step, branch);
    let branching = "(if (local.get $n)\n    (then (local.set $i (i32.const 0))))";
    unrolled("start_in_a_branch", branching, round, step, branch);
    let outside = format!("{before}\n  (loop $outer");
    body(
        "unrolled_start_outside_a_loop",
        &format!(
            "(local $i i32)\n  (local $n i32)\n  {outside}\n  (loop $round!\n  {round}\n  {step}\n  {branch}))"
        ),
    );
    unrolled("no_step", before, round, "(nop)", branch);
    let doubling = "(local.set $i (i32.shl (local.get $i) (i32.const 1)))";
    unrolled("step_not_a_sum", before, round, doubling, branch);
    let variable = "(local.set $i (i32.add (local.get $i) (local.get $n)))";
    unrolled("step_not_constant", before, round, variable, branch);
    unrolled("set_in_the_body", before, before, step, branch);
    let variable = "(br_if $round! (i32.lt_u (local.get $i) (local.get $n)))";
    unrolled("limit_not_constant", before, round, step, variable);
    unrolled("always_again", before, round, step, "(br $round!)");
    let more = "(br_if $round! (local.get $n))";
    unrolled("second_branch", before, more, step, branch);
    let late = "(br_if $round! (i32.lt_u (local.get $i) (i32.const 4)))\n    (nop)";
    unrolled("not_at_the_end", before, round, step, late);
    let never = "(br_if $round! (i32.ne (local.get $i) (i32.const -1)))";
    unrolled("too_many_rounds", before, round, step, never);
    body("unrolled_empty", "(loop $round!)");
    body("unrolled_block", "(block $round! (br $round!))");
    body(
        "unrolled_with_results",
        "(drop (loop $round! (result i32) (i32.const 1)))",
    );
    let nested = |inner: &str| {
        format!(
            "(local $i i32) (local $n i32)\n  (local.set $n (i32.const 0))\n  (loop $outer!\n    {before}\n    \
             (loop $round!\n      {inner}\n      {step}\n      \
             (br_if $round! (i32.lt_u (local.get $i) (i32.const 300))))\n    \
             (local.set $n (i32.add (local.get $n) (i32.const 1)))\n    \
             (br_if $outer! (i32.lt_u (local.get $n) (i32.const 300))))"
        )
    };
    body("unrolled_too_many_rounds_in_all", &nested("(nop)"));
    body(
        "unrolled_too_large",
        &nested(&"(nop)".repeat(40)).replace("300", "250"),
    );
    fields(
        "at_is_no_sum",
        "(func $at! (param $ptr i32) (param $offset i32) (result i32)\n  \
         (i32.sub (local.get $ptr) (local.get $offset)))",
    );
}
