;;! summary   = "JavaScript parsed into a flat tree, with everything that makes a text malformed found"
;;! spec      = "ECMAScript 2025"
;;! exports   = ["javascript_bound", "javascript_parse"]
;;! fragments = [
;;!   "lib/javascript_kinds", "lib/javascript_tables", "lib/javascript_identifiers",
;;!   "lib/javascript_properties", "source", "trivia", "token", "word", "number", "string",
;;!   "regexp", "pattern", "name", "frame", "record", "expression", "operand", "property", "suffix",
;;!   "cover", "function", "class", "statement", "binding", "module_item", "height",
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
;;   source                      the copy of the text, and whether it is UTF-8
;;   trivia                      white space and comments
;;   token                       the next token
;;   word                        names and keywords
;;   number                      numbers
;;   string                      strings and templates, and what they stand for
;;   regexp                      how far a regular expression goes
;;   pattern                     the grammar of regular expressions
;;   name                        scopes, labels, private names, exports
;;   frame                       frames, contexts, tokens taken
;;   record                      records written
;;   expression                  operators
;;   operand                     what stands between operators
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
;;   offset   length  name         meaning
;;        0      256  classes      the class of each byte
;;      256      130  powers       how strongly the operator binds that each token is
;;      512      130  operators    which operator each token is
;;      768      256  digits       the value of each hexadecimal digit
;;     1024     2048  keywords     the words, by a hash
;;     4096     9728  identifiers  what names begin with and go on with
;;    16384     6953  properties   what `\p{…}` may name
;;    65536  1179648  frames       what is open, 48 bytes each
(memory (export "memory") 19)
(global (export "heap_base") i32 (i32.const 1245184))

(global $POWERS    i32 (i32.const 256))
(global $OPERATORS i32 (i32.const 512))
(global $FRAMES      i32 (i32.const 65536))
(global $FRAMES_STOP i32 (i32.const 1245184))

(global $OUTPUT_TOO_SMALL i32 (i32.const -2))
(global $MALFORMED        i32 (i32.const -3))
(global $UNSUPPORTED      i32 (i32.const -5))
(global $TOO_LARGE        i32 (i32.const -6))

;; The longest text: 34 bytes for each of its own stay below 2^31.
(global $LONGEST i32 (i32.const 0x03c00000))
;; The deepest nesting.
(global $DEEPEST i32 (i32.const 8192))
;; What a step may write without asking for room.
(global $STEP_ROOM i32 (i32.const 512))
(global $NO_PLACE i32 (i32.const -1))

;; Enumeration goal
;;   value  name      meaning
;;       0  script    a script
;;       1  module    a module
;;       2  commonjs  the body of a function of Node's: `return` and `new.target` at its top
(global $GOAL_SCRIPT   i32 (i32.const 0))
(global $GOAL_MODULE   i32 (i32.const 1))
(global $GOAL_COMMONJS i32 (i32.const 2))

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

;; The text.
(global $source      (mut i32) (i32.const 0)) ;; address of the copy
(global $source_stop (mut i32) (i32.const 0)) ;; address of the first zero behind it
(global $goal        (mut i32) (i32.const 0))
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
  (global.get $TOO_LARGE))
