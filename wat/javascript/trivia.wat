;; ---- White space and comments

;; Whether a comment that was passed over has the end of a line in it: 1 then, as
;; `$TRAIT_NEWLINE` is.
(global $has_line (mut i32) (i32.const 0))

;; What a character over 0x7f is that ends a line; other white space is 1, and all the rest 0.
(global $LINE_SPACE i32 (i32.const 2))

;; How many of the 16 bytes at `at` are spaces or tabs before the first that is not.
(func $blanks! (param $at i32) (result i32)
  (local $bytes v128)
  (local.set $bytes (v128.load (local.get $at)))
  (i32.ctz
    (i32.xor
      (i8x16.bitmask
        (v128.or
          (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x20)))
          (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x09)))))
      (i32.const 0x1_ffff))))

;; Passes over spaces and tabs.
(func $skip_blanks! (param $at i32) (result i32)
  (local $count i32)
  (loop $next_step
    (local.set $count (call $blanks! (local.get $at)))
    (local.set $at (i32.add (local.get $at) (local.get $count)))
    (br_if $next_step (i32.eq (local.get $count) (i32.const 16))))
  (local.get $at))

;; What white space the character at `at`, over 0x7f, is.
;; U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000, U+FEFF
(func $space_sort (param $at i32) (result i32)
  (local $character i32)
  (local.set $character (call $character (local.get $at)))
  (if (i32.eq (i32.and (local.get $character) (i32.const -2)) (i32.const 0x2028))
    (then (return (global.get $LINE_SPACE))))
  (i32.or
    (i32.or
      (i32.or
        (i32.eq (local.get $character) (i32.const 0xa0))
        (i32.eq (local.get $character) (i32.const 0xfeff)))
      (i32.or
        (i32.eq (local.get $character) (i32.const 0x1680))
        (i32.eq (local.get $character) (i32.const 0x3000))))
    (i32.or
      (i32.le_u (i32.sub (local.get $character) (i32.const 0x2000)) (i32.const 10))
      (i32.or
        (i32.eq (local.get $character) (i32.const 0x202f))
        (i32.eq (local.get $character) (i32.const 0x205f))))))

;; Where the line ends that `at` is in: at LF, CR, U+2028, U+2029 or the end of the text.
(func $line_stop (param $at i32) (result i32)
  (local $bytes v128)
  (local $found i32)
  (loop $next_step
    (local.set $bytes (v128.load (local.get $at)))
    (local.set $found
      (i8x16.bitmask
        (v128.or
          (v128.or
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x0a)))
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x0d))))
          (v128.or
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0xe2)))
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0)))))))
    (if (i32.eqz (local.get $found))
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next_step)))
    (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $found))))
    (if
      (i32.or
        (i32.eq (i32.load8_u (local.get $at)) (i32.const 0xe2))
        (i32.eqz (i32.load8_u (local.get $at))))
      (then
        (if
          (i32.eqz
            (i32.or
              (call $is_separator! (local.get $at))
              (i32.ge_u (local.get $at) (global.get $source_stop))))
          (then
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $next_step))))))
  (local.get $at))

;; Whether a line ends in [at, stop).
(func $ends_line (param $at i32) (param $stop i32) (result i32)
  (i32.lt_u (call $line_stop (local.get $at)) (local.get $stop)))

;; Where the comment ends whose `/*` is at `at`, and whether a line ends in it; refuses one without
;; an end.
(func $skip_block (param $at i32) (result i32)
  (local $start i32)
  (local $bytes v128)
  (local $lines v128) ;; not 0 where a line ended before these bytes
  (local $line v128)
  (local $found i32)
  (local.set $start (local.get $at))
  (local.set $at (i32.add (local.get $at) (i32.const 2)))
  (loop $next_step
    (local.set $bytes (v128.load (local.get $at)))
    (local.set $line
      (v128.or
        (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x0a)))
        (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x0d)))))
    ;; A star that a slash follows.
    (local.set $found
      (i8x16.bitmask
        (v128.and
          (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x2a)))
          (i8x16.eq (v128.load offset=1 (local.get $at)) (i8x16.splat (i32.const 0x2f))))))
    (if (i32.eqz (local.get $found))
      (then
        (local.set $lines (v128.or (local.get $lines) (local.get $line)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $next_step (i32.lt_u (local.get $at) (global.get $source_stop)))
        (call $refuse
          (global.get $E_COMMENT_OPEN)
          (call $offset! (local.get $start))
          (call $offset! (global.get $source_stop)))
        (return (global.get $source_stop)))))
  (local.set $found (i32.ctz (local.get $found)))
  (global.set $has_line
    (i32.or
      (v128.any_true (local.get $lines))
      (i32.lt_u (i32.ctz (i8x16.bitmask (local.get $line))) (local.get $found))))
  (local.set $at (i32.add (i32.add (local.get $at) (local.get $found)) (i32.const 2)))
  (if (global.get $has_separators)
    (then
      (global.set $has_line (call $ends_line (local.get $start) (local.get $at)))))
  (local.get $at))

;; Whether `<!--` stands at `at`, where it begins a comment: not in a module.
(func $is_html_open! (param $at i32) (result i32)
  (i32.and
    (i32.eq (i32.load (local.get $at)) (i32.const 0x2d2d213c))
    (i32.ne (global.get $goal) (global.get $GOAL_MODULE))))

;; Whether `-->` stands at `at`, where nothing but trivia is before it in its line, in no module.
(func $is_html_close! (param $at i32) (param $begins_line i32) (result i32)
  (i32.and
    (i32.and
      (i32.eq
        (i32.and (i32.load (local.get $at)) (i32.const 0xffffff))
        (i32.const 0x3e2d2d))
      (local.get $begins_line))
    (i32.ne (global.get $goal) (global.get $GOAL_MODULE))))

;; Writes a comment's record and appends it to the list of all.
(func $emit_comment (param $at i32) (param $stop i32) (param $flags i32)
  (local $ref i32)
  (local.set $ref (i32.shr_u (i32.sub (global.get $out) (global.get $tree)) (i32.const 2)))
  (i32.store
    (global.get $out)
    (i32.or
      (global.get $K_COMMENT)
      (i32.shl (local.get $flags) (i32.const 8))))
  (i32.store offset=4 (global.get $out) (call $offset! (local.get $at)))
  (i32.store offset=8 (global.get $out) (call $offset! (local.get $stop)))
  (i32.store offset=12 (global.get $out) (i32.const 0))
  (if (global.get $last_comment)
    (then
      (i32.store offset=12
        (i32.add (global.get $tree) (i32.shl (global.get $last_comment) (i32.const 2)))
        (local.get $ref)))
    (else (global.set $first_comment (local.get $ref))))
  (global.set $last_comment (local.get $ref))
  (global.set $comments (i32.add (global.get $comments) (i32.const 1)))
  (global.set $records (i32.add (global.get $records) (i32.const 1)))
  (global.set $out (i32.add (global.get $out) (i32.const 16))))

;; Writes the records of the comments before the token at hand. There is nothing else but white
;; space: so what is no byte that a comment begins with is passed over.
(func $emit_comments
  (local $at i32)
  (local $end i32)
  (local $stop i32)  ;; of a comment
  (local $flags i32)
  (local $byte i32)
  (global.set $token_traits
    (i32.and (global.get $token_traits) (i32.xor (global.get $TRAIT_COMMENT) (i32.const -1))))
  (local.set $at (i32.add (global.get $source) (global.get $last_stop)))
  (local.set $end (i32.add (global.get $source) (global.get $token_start)))
  (block $done
    (loop $next_byte
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $byte (i32.load8_u (local.get $at)))
      (block $comment
        (block $line
          (if (i32.eq (local.get $byte) (i32.const 0x2f)) ;; `/`
            (then
              (local.set $flags (i32.const 0))
              (br_if $line (i32.eq (i32.load8_u offset=1 (local.get $at)) (i32.const 0x2f)))
              (local.set $stop (call $skip_block (local.get $at)))
              (local.set $flags
                (i32.or
                  (global.get $F_BLOCK)
                  (select
                    (global.get $F_MULTI_LINE)
                    (i32.const 0)
                    (global.get $has_line))))
              (br $comment)))
          (local.set $flags (global.get $F_HTML_OPEN))
          (br_if $line (i32.eq (local.get $byte) (i32.const 0x3c))) ;; `<`
          (local.set $flags (global.get $F_HTML_CLOSE))
          (br_if $line (i32.eq (local.get $byte) (i32.const 0x2d))) ;; `-`
          (local.set $flags (global.get $F_HASHBANG))
          (br_if $line (i32.eq (local.get $byte) (i32.const 0x23))) ;; `#`
          (local.set $at (call $skip_blanks! (i32.add (local.get $at) (i32.const 1))))
          (br $next_byte))
        (local.set $stop (call $line_stop (local.get $at))))
      (br_if $done (i32.eqz (call $room (i32.const 16))))
      (call $emit_comment (local.get $at) (local.get $stop) (local.get $flags))
      (local.set $at (local.get $stop))
      (br $next_byte))))
