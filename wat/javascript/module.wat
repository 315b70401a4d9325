;;! summary   = "JavaScript parsed into a flat tree, with all that makes a text malformed"
;;! spec      = "ECMAScript 2025, JSX"
;;! exports   = ["javascript_bound", "javascript_parse"]
;;! fragments = [
;;!   "lib/javascript_kinds", "lib/javascript_tables", "lib/javascript_identifiers",
;;!   "lib/javascript_properties", "lib/javascript_entities", "source", "trivia", "token", "word",
;;!   "number", "string", "regexp", "pattern", "name", "step", "frame", "record", "expression",
;;!   "operand", "jsx", "property", "suffix", "cover", "function", "class", "statement", "binding",
;;!   "module_item", "height",
;;! ]

;; One pass over the text makes the tree. The grammar is a machine of small steps over a stack of
;; frames in memory, so that no nesting of the text reaches the stack of the engine: a step takes
;; tokens, writes records, opens or closes frames, and returns the number of the step that is next.
;; Where the text alone does not tell yet what something is (`(a, b)` may turn out to be parameters,
;; `[a, b]` a pattern), the records are written as expressions, and changed in place once it does.
;;
;; A refusal ends the text: from then on there are only END tokens, with which every step and every
;; loop comes to an end by itself, and the limit is 0, by which the machine stops. So no step asks
;; whether another has refused.

;; Fragments
;;   name                        meaning
;;   lib/javascript_kinds        the numbers of tokens, records, operators, flags and errors
;;   lib/javascript_tables       what the lexer looks up
;;   lib/javascript_identifiers  what names are made of
;;   lib/javascript_properties   the names of `\p{…}`
;;   lib/javascript_entities     the names of characters in JSX
;;   source                      the copy of the text, and whether it is UTF-8
;;   trivia                      white space and comments
;;   token                       the next token
;;   word                        names and keywords
;;   number                      numbers
;;   string                      strings and templates, and what they stand for
;;   regexp                      how far a regular expression goes
;;   pattern                     the grammar of regular expressions
;;   name                        scopes, labels, private names, exports
;;   step                        the steps of the machine, and their numbers
;;   frame                       frames, contexts, tokens taken
;;   record                      records written
;;   expression                  operators
;;   operand                     what stands between operators
;;   jsx                         elements
;;   property                    the properties of objects
;;   suffix                      members, calls, new
;;   cover                       expressions that turn out to be patterns
;;   function                    functions, methods, arrows
;;   class                       classes
;;   statement                   statements
;;   binding                     declarations and their patterns
;;   module_item                 imports and exports
;;   height                      how high the tree is

;; Memory map
;;   offset   length  name          meaning
;;        0      256  classes       the class of each byte
;;      256      131  powers        how strongly the operator binds that each token is
;;      512      131  operators     which operator each token is
;;      768      256  digits        the value of each hexadecimal digit
;;     1024     2048  keywords      the words, by a hash
;;     3072      131  widths        how many bytes each token has, if always as many
;;     3328       24  spelling      a word without its escapes
;;     3360        8  default_name  the name `default`
;;     3376      111  fields        how many fields of each kind of record are records
;;     4096     9728  identifiers   what names begin with and go on with
;;    16384     7011  properties    what `\p{…}` may name
;;    24576     2530  entities      what `&name;` stands for
;;    65536   655360  frames        what is open, 80 bytes each
(memory (export "memory") 11)
(global (export "heap_base") i32 (i32.const 720896))

(global $FRAMES     i32 (i32.const 65536))
(global $LAST_FRAME i32 (i32.const 720816))

(global $OUTPUT_TOO_SMALL i32 (i32.const -2))
(global $MALFORMED        i32 (i32.const -3))
(global $UNSUPPORTED      i32 (i32.const -5))
(global $TOO_LARGE        i32 (i32.const -6))

;; The longest text: 34 bytes for each of its own stay below 2^31.
(global $LONGEST i32 (i32.const 0x03c00000))
;; What a step may write without asking for room.
(global $STEP_ROOM i32 (i32.const 512))
(global $NO_PLACE i32 (i32.const -1))

;; Enumeration goal
;;   value  name      meaning
;;       0  script    a script
;;       1  module    a module
;;       2  commonjs  the body of a function of Node's: `return` and `new.target` at its top
;;       4  jsx       added to one of these: with JSX
(global $GOAL_SCRIPT   i32 (i32.const 0))
(global $GOAL_MODULE   i32 (i32.const 1))
(global $GOAL_COMMONJS i32 (i32.const 2))
(global $GOAL_JSX      i32 (i32.const 4))

;; The bits of `$token_traits`.
(global $TRAIT_NEWLINE i32 (i32.const 1))  ;; a line ended before it
(global $TRAIT_COMMENT i32 (i32.const 2))  ;; comments stand before it
(global $TRAIT_ESCAPED i32 (i32.const 4))  ;; what it stands for is not what it looks like
(global $TRAIT_OCTAL   i32 (i32.const 8))  ;; not in strict code
(global $TRAIT_INVALID i32 (i32.const 16)) ;; a piece of a template that only a tag may take

;; The bits of `$context`.
(global $C_STRICT         i32 (i32.const 1))
(global $C_MODULE         i32 (i32.const 2))
(global $C_FUNCTION       i32 (i32.const 4))     ;; `return` may stand here
(global $C_ASYNC          i32 (i32.const 8))     ;; `await` is an operator
(global $C_GENERATOR      i32 (i32.const 16))    ;; `yield` is an operator
(global $C_PARAMETERS     i32 (i32.const 32))    ;; ... but may not be used
(global $C_NO_IN          i32 (i32.const 64))    ;; `in` is none
(global $C_LOOP           i32 (i32.const 128))   ;; `continue` may stand here
(global $C_BREAK          i32 (i32.const 256))   ;; `break` may
(global $C_SUPER_CALL     i32 (i32.const 512))   ;; `super()` may
(global $C_SUPER_PROPERTY i32 (i32.const 1024))  ;; `super.a` may
(global $C_NEW_TARGET     i32 (i32.const 2048))  ;; `new.target` may
(global $C_FIELD          i32 (i32.const 4096))  ;; the value of a field: no `arguments`
(global $C_STATIC_BLOCK   i32 (i32.const 8192))  ;; a static block: no `arguments`, no `await`
(global $C_TOP            i32 (i32.const 16384)) ;; outside of every function
(global $C_BLOCK          i32 (i32.const 32768)) ;; within a block: functions are lexical
(global $C_CHAIN          i32 (i32.const 65536)) ;; within a chain of `?.`

;; Layout tree_header
;;   offset  size  field          meaning
;;        0     4  magic          u32, "KWJS"
;;        4     4  version        u16, which is 1, and the goal, u16
;;        8     4  words          u32: how many words the tree has
;;       12     4  length         u32: how many bytes the text has
;;       16     4  root           the Program
;;       20     4  records        u32: how many there are
;;       24     4  first_comment  the first of the comments, or 0
;;       28     4  comments       u32: how many there are
;;       32     4  bits           `$HEADER_…`
;;       36     4  first_high     offset of the first byte over 0x7f, or the text's length
;;       40     4  nesting        u32: how many frames were open at once
;;       44    20  rest           zeros
(global $TREE_MAGIC  i32 (i32.const 0x534a574b))
(global $HEADER_SIZE i32 (i32.const 64))
;; What the copy of the text needs: zeros behind it, and bytes that are lost to alignment.
(global $SOURCE_ROOM i32 (i32.const 68))

;; The bits of a header's word of bits.
(global $HEADER_STRICT   i32 (i32.const 1))
(global $HEADER_LINES    i32 (i32.const 2))  ;; CR, LS or PS occur
(global $HEADER_ESCAPES  i32 (i32.const 4))  ;; cooked text does
(global $HEADER_HASHBANG i32 (i32.const 8))
(global $HEADER_AWAIT    i32 (i32.const 16)) ;; `await` at the top of a module
(global $HEADER_MODULE   i32 (i32.const 32)) ;; what only modules have
(global $HEADER_OCTAL    i32 (i32.const 64)) ;; what strict code has not
(global $HEADER_JSX      i32 (i32.const 128)) ;; elements occur

;; The text.
(global $source      (mut i32) (i32.const 0)) ;; address of the copy
(global $source_stop (mut i32) (i32.const 0)) ;; address of the first zero behind it
(global $goal        (mut i32) (i32.const 0)) ;; without `$GOAL_JSX`
(global $allows_jsx  (mut i32) (i32.const 0))
(global $fault       (mut i32) (i32.const 0)) ;; where a refusal is written
(global $status      (mut i32) (i32.const 0)) ;; 0, or what was refused

;; The token at hand.
(global $scan         (mut i32) (i32.const 0)) ;; address of the byte behind it
(global $token        (mut i32) (i32.const 0))
(global $token_start  (mut i32) (i32.const 0)) ;; an offset, as are the next ones
(global $token_stop   (mut i32) (i32.const 0))
(global $token_traits (mut i32) (i32.const 0))
(global $token_head   (mut i32) (i32.const 0)) ;; flags and data of its record
(global $token_data   (mut i32) (i32.const 0))
(global $last_stop    (mut i32) (i32.const 0)) ;; where the last token taken ends

;; The tree.
(global $tree        (mut i32) (i32.const 0)) ;; address of its header
(global $out         (mut i32) (i32.const 0)) ;; address of the next record
(global $out_limit   (mut i32) (i32.const 0)) ;; a step begins only where `$out` is not over it
(global $records     (mut i32) (i32.const 0)) ;; how many records there are
(global $node        (mut i32) (i32.const 0)) ;; the record that was made last
(global $node_start  (mut i32) (i32.const 0)) ;; where it begins, with its parentheses
(global $header_bits (mut i32) (i32.const 0))
(global $comments      (mut i32) (i32.const 0)) ;; how many comments there are
(global $first_comment (mut i32) (i32.const 0))
(global $last_comment  (mut i32) (i32.const 0))

;; The names.
(global $names       (mut i32) (i32.const 0)) ;; address of the lowest entry
(global $buckets     (mut i32) (i32.const 0))
(global $bucket_mask (mut i32) (i32.const 0))

;; The machine.
(global $frame   (mut i32) (i32.const 0)) ;; address of the innermost frame
(global $context (mut i32) (i32.const 0))
(global $power   (mut i32) (i32.const 0)) ;; only operators over it belong to the expression
(global $deepest (mut i32) (i32.const 0))

;; u32 javascript_bound(u32 src_len)
;;   How much `javascript_parse` needs at most for its tree and its work, or -6 where `src_len` is
;;   over 0x03c00000. A pure function; src_len = 0 gives 4096.
(func $javascript_bound (export "javascript_bound") (param $src_len i32) (result i32)
  (if (i32.gt_u (local.get $src_len) (global.get $LONGEST))
    (then (return (global.get $TOO_LARGE))))
  (i32.add (i32.mul (local.get $src_len) (i32.const 34)) (i32.const 4096)))

;; i32 javascript_parse(const u8 *src_ptr, u32 src_len, u32 goal, u8 *dst_ptr, u32 dst_cap,
;;                      u8 *fault_ptr)
;;   Parses [src_ptr, src_ptr+src_len) as what `goal` says, writes its tree to dst_ptr, and returns
;;   how many bytes that has. src_len = 0 gives a Program with nothing in it.
;;   Of [dst_ptr, dst_ptr+dst_cap) what is behind the tree is work memory, undefined afterwards.
;;   -2 where dst_cap does not hold the tree and the work, which never happens at
;;   javascript_bound(src_len); -3 where the text is malformed; -5 where `goal` is none; -6 where
;;   src_len is over 0x03c00000, or the text nested too deep, or the tree too high.
(func $javascript_parse (export "javascript_parse")
  (param $src_ptr i32) (param $src_len i32) (param $goal i32)
  (param $dst_ptr i32) (param $dst_cap i32) (param $fault_ptr i32)
  (result i32)
  (local $state i32)
  (global.set $fault (local.get $fault_ptr))
  (global.set $status (i32.const 0))
  (global.set $source_stop (i32.const 0))
  (if
    (i32.gt_u
      (i32.and (local.get $goal) (i32.xor (global.get $GOAL_JSX) (i32.const -1)))
      (global.get $GOAL_COMMONJS))
    (then
      (call $refuse_with
        (global.get $UNSUPPORTED) (i32.const 0) (i32.const 0) (i32.const 0)
        (i32.const 0) (global.get $NO_PLACE))
      (return (global.get $status))))
  (if (i32.gt_u (local.get $src_len) (global.get $LONGEST))
    (then
      (call $refuse_with
        (global.get $TOO_LARGE) (global.get $E_TOO_LONG)
        (global.get $LONGEST) (local.get $src_len) (i32.const 0) (global.get $NO_PLACE))
      (return (global.get $status))))
  (if (i32.eqz (call $lay_out (local.get $src_len) (local.get $dst_ptr) (local.get $dst_cap)))
    (then (return (global.get $OUTPUT_TOO_SMALL))))
  (call $begin_program (local.get $goal))
  (call $copy_source (local.get $src_ptr) (local.get $src_len))
  (if (global.get $status) (then (return (global.get $status))))
  (call $scan_token)
  (local.set $state (call $directive))
  (loop $next_step
    (if (i32.gt_u (global.get $out) (global.get $out_limit))
      (then
        (return
          (select
            (global.get $status) (global.get $OUTPUT_TOO_SMALL) (global.get $status)))))
    (if (local.get $state)
      (then
        (local.set $state (call_indirect $STEPS (type $step) (local.get $state)))
        (br $next_step))))
  (call $end_tree (local.get $goal) (local.get $src_len)))

;; Divides [dst_ptr, dst_ptr+dst_cap): the tree grows from below, names from above, over them are
;; the buckets that names are found in, and the copy of the text. 0 where it does not hold that.
(func $lay_out (param $src_len i32) (param $dst_ptr i32) (param $dst_cap i32) (result i32)
  (local $buckets i32) ;; how many bytes they have: about one bucket for 32 bytes of text
  (local.set $buckets
    (i32.shl
      (global.get $BUCKET_SIZE)
      (i32.sub
        (i32.const 32)
        (i32.clz (i32.or (i32.shr_u (local.get $src_len) (i32.const 6)) (i32.const 15))))))
  (if
    (i32.gt_u
      (i32.add
        (i32.add (global.get $HEADER_SIZE) (global.get $STEP_ROOM))
        (i32.add
          (i32.add (local.get $src_len) (global.get $SOURCE_ROOM)) (local.get $buckets)))
      (local.get $dst_cap))
    (then (return (i32.const 0))))
  (global.set $tree (local.get $dst_ptr))
  (global.set $out (i32.add (local.get $dst_ptr) (global.get $HEADER_SIZE)))
  (global.set $source
    (i32.sub
      (i32.add (local.get $dst_ptr) (local.get $dst_cap))
      (i32.add (local.get $src_len) (i32.const 64))))
  (global.set $buckets
    (i32.and
      (i32.sub (global.get $source) (local.get $buckets)) (i32.const -4)))
  (global.set $bucket_mask
    (i32.sub
      (i32.div_u (local.get $buckets) (global.get $BUCKET_SIZE)) (i32.const 1)))
  (memory.fill (global.get $buckets) (i32.const 0) (local.get $buckets))
  ;; A step that goes on after a refusal may take 0 for a record: one of length 0.
  (memory.fill (local.get $dst_ptr) (i32.const 0) (global.get $HEADER_SIZE))
  (global.set $names (global.get $buckets))
  (global.set $out_limit (i32.sub (global.get $names) (global.get $STEP_ROOM)))
  (i32.const 1))

;; Sets the registers for a program, whose frame is the first one.
(func $begin_program (param $goal i32)
  (global.set $allows_jsx (i32.and (local.get $goal) (global.get $GOAL_JSX)))
  (local.set $goal (i32.xor (local.get $goal) (global.get $allows_jsx)))
  (global.set $goal (local.get $goal))
  (global.set $scan (global.get $source))
  (global.set $token (global.get $T_END))
  (global.set $token_start (i32.const 0))
  (global.set $token_stop (i32.const 0))
  (global.set $token_traits (i32.const 0))
  (global.set $last_stop (i32.const 0))
  (global.set $records (i32.const 0))
  (global.set $weightless (i32.const 0))
  (global.set $node (i32.const 0))
  (global.set $header_bits (i32.const 0))
  (global.set $comments (i32.const 0))
  (global.set $first_comment (i32.const 0))
  (global.set $last_comment (i32.const 0))
  (global.set $power (i32.const 0))
  (global.set $exported (i32.const 0))
  (global.set $octal_directive (i32.const 0))
  (global.set $open_covers (i32.const 0))
  (global.set $paused_at (i32.const 0))
  (global.set $await_name_at (i32.const 0))
  (global.set $doubled (i32.const 0))
  (global.set $binding (i32.const 0))
  (if (i32.eq (local.get $goal) (global.get $GOAL_SCRIPT))
    (then (global.set $context (global.get $C_TOP))))
  (if (i32.eq (local.get $goal) (global.get $GOAL_MODULE))
    (then
      (global.set $header_bits (global.get $HEADER_STRICT))
      (global.set $context
        (i32.or
          (i32.or (global.get $C_TOP) (global.get $C_MODULE))
          (i32.or (global.get $C_STRICT) (global.get $C_ASYNC))))))
  (if (i32.eq (local.get $goal) (global.get $GOAL_COMMONJS))
    (then
      (global.set $context (i32.or (global.get $C_FUNCTION) (global.get $C_NEW_TARGET)))))
  (global.set $frame (i32.sub (global.get $FRAMES) (global.get $FRAME_SIZE)))
  (global.set $deepest (global.get $FRAMES))
  (call $push! (global.get $S_AFTER_DIRECTIVE) (i32.const 0))
  (call $set_first! (i32.const 0))
  (call $set_second! (i32.const 0))
  (call $set_third! (global.get $FN_PROGRAM))
  (call $begin_weighing!)
  (call $keep_outside!)
  (call $open_scope (global.get $SCOPE_PROGRAM)))

;; The text ends where its statements do.
(func $end_program (result i32)
  (call $end_weighing!)
  (call $check_covers)
  (call $check_exports)
  (call $close_scope)
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_COMMENT))
    (then (call $emit_comments)))
  (i32.const 0))

;; Writes the Program and the header, and gives the length of the tree.
(func $end_tree (param $goal i32) (param $src_len i32) (result i32)
  (local $length i32)
  (i32.store offset=16 (;ONE;) (global.get $out) (call $head!))
  (call $emit_at! (global.get $K_PROGRAM) (i32.const 0) (local.get $src_len))
  (global.set $out (i32.add (global.get $out) (i32.const 20)))
  (call $check_height (global.get $node))
  (if (global.get $status) (then (return (global.get $status))))
  (if (i32.or (global.get $has_returns) (global.get $has_separators))
    (then
      (global.set $header_bits (i32.or (global.get $header_bits) (global.get $HEADER_LINES)))))
  (local.set $length (i32.sub (global.get $out) (global.get $tree)))
  (i32.store (global.get $tree) (global.get $TREE_MAGIC))
  (i32.store offset=4 (;VERSION;) (global.get $tree)
    (i32.or (i32.const 1) (i32.shl (local.get $goal) (i32.const 16))))
  (i32.store offset=8 (;WORDS;) (global.get $tree) (i32.shr_u (local.get $length) (i32.const 2)))
  (i32.store offset=12 (;LENGTH;) (global.get $tree) (local.get $src_len))
  (i32.store offset=16 (;ROOT;) (global.get $tree) (global.get $node))
  (i32.store offset=20 (;RECORDS;) (global.get $tree) (global.get $records))
  (i32.store offset=24 (;FIRST_COMMENT;) (global.get $tree) (global.get $first_comment))
  (i32.store offset=28 (;COMMENTS;) (global.get $tree) (global.get $comments))
  (i32.store offset=32 (;BITS;) (global.get $tree) (global.get $header_bits))
  (i32.store offset=36 (;FIRST_HIGH;) (global.get $tree) (global.get $first_high))
  (i32.store offset=40 (;NESTING;) (global.get $tree)
    (i32.add
      (i32.div_u
        (i32.sub (global.get $deepest) (global.get $FRAMES)) (global.get $FRAME_SIZE))
      (i32.const 1)))
  (i64.store offset=44 (;REST;) (global.get $tree) (i64.const 0))
  (i64.store offset=52 (;REST+8;) (global.get $tree) (i64.const 0))
  (i32.store offset=60 (;REST+16;) (global.get $tree) (i32.const 0))
  (local.get $length))
