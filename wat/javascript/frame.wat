;; Frames, contexts, and the tokens that steps take.

;; Layout frame
;;   offset  size  field     meaning
;;        0     4  state     the step to go on with
;;        4     4  start     offset where the construct begins
;;        8     4  first     what the construct keeps, mostly records
;;       12     4  second
;;       16     4  third
;;       20     4  head      the first record of a list
;;       24     4  tail      address of the word that the next one is linked into
;;       28     4  context   `$context` outside
;;       32     4  power     `$power` outside
;;       36     4  operator  flags, data or head of the record that it will be
;;       40     4  open      a function: `$open_covers` outside
;;       44     4  paused    a function: `$paused_at` outside
;;       48     4  awaited   a function: `$await_name_at` outside
;;       52     4  binding   a function: `$binding` outside
;;       56     4  fourth
;;       60     4  fifth
;;       64     4  sixth
;;       68     4  seventh
;;       72     4  weight    a list: `$weight` where it begins
;;       76     4  heaviest  a list: the most that an item of it weighs
(global $FRAME_SIZE i32 (i32.const 80))

;; Opens a frame for what begins at `start`, and whose next step is `state`.
(func $push! (param $state i32) (param $start i32)
  (global.set $frame (i32.add (global.get $frame) (global.get $FRAME_SIZE)))
  (if (i32.gt_u (global.get $frame) (global.get $deepest)) (then (call $deepen)))
  (i32.store (global.get $frame) (local.get $state))
  (i32.store offset=4 (;START;) (global.get $frame) (local.get $start))
  (i32.store offset=20 (;HEAD;) (global.get $frame) (i32.const 0))
  (i32.store offset=24 (;TAIL;) (global.get $frame)
    (i32.add (global.get $frame) (i32.const 20 (;HEAD;))))
  (i32.store offset=28 (;CONTEXT;) (global.get $frame) (global.get $context))
  (i32.store offset=32 (;POWER;) (global.get $frame) (global.get $power)))

;; Notes how deep the text is nested, and refuses what is too deep. The frame that is one too many
;; lies within the memory of the frames, as the last of them is never used otherwise.
(func $deepen
  (if (i32.gt_u (global.get $frame) (global.get $LAST_FRAME))
    (then
      (global.set $frame (global.get $LAST_FRAME))
      (call $refuse_with
        (global.get $TOO_LARGE) (global.get $E_TOO_DEEP)
        (global.get $token_start) (global.get $token_stop)
        (i32.const 0) (global.get $NO_PLACE))))
  (global.set $deepest (global.get $frame)))

;; Closes a frame.
(func $pop!
  (global.set $frame (i32.sub (global.get $frame) (global.get $FRAME_SIZE))))

;; Closes a frame of an expression: what is outside goes on as it was.
(func $leave!
  (global.set $power (i32.load offset=32 (;POWER;) (global.get $frame)))
  (call $pop!))

;; Closes a frame within which another context held.
(func $leave_bracket!
  (global.set $context (i32.load offset=28 (;CONTEXT;) (global.get $frame)))
  (call $leave!))

;; The step that the innermost frame goes on with.
(func $resume! (result i32)
  (i32.load (global.get $frame)))

;; The innermost frame goes on with `state`.
(func $then! (param $state i32)
  (i32.store (global.get $frame) (local.get $state)))

(func $start! (result i32)
  (i32.load offset=4 (;START;) (global.get $frame)))

(func $first! (result i32)
  (i32.load offset=8 (;FIRST;) (global.get $frame)))

(func $second! (result i32)
  (i32.load offset=12 (;SECOND;) (global.get $frame)))

(func $third! (result i32)
  (i32.load offset=16 (;THIRD;) (global.get $frame)))

(func $fourth! (result i32)
  (i32.load offset=56 (;FOURTH;) (global.get $frame)))

(func $fifth! (result i32)
  (i32.load offset=60 (;FIFTH;) (global.get $frame)))

(func $sixth! (result i32)
  (i32.load offset=64 (;SIXTH;) (global.get $frame)))

(func $seventh! (result i32)
  (i32.load offset=68 (;SEVENTH;) (global.get $frame)))

(func $operator! (result i32)
  (i32.load offset=36 (;OPERATOR;) (global.get $frame)))

(func $head! (result i32)
  (i32.load offset=20 (;HEAD;) (global.get $frame)))

(func $set_first! (param $value i32)
  (i32.store offset=8 (;FIRST;) (global.get $frame) (local.get $value)))

(func $set_second! (param $value i32)
  (i32.store offset=12 (;SECOND;) (global.get $frame) (local.get $value)))

(func $set_third! (param $value i32)
  (i32.store offset=16 (;THIRD;) (global.get $frame) (local.get $value)))

(func $set_fourth! (param $value i32)
  (i32.store offset=56 (;FOURTH;) (global.get $frame) (local.get $value)))

(func $set_fifth! (param $value i32)
  (i32.store offset=60 (;FIFTH;) (global.get $frame) (local.get $value)))

(func $set_sixth! (param $value i32)
  (i32.store offset=64 (;SIXTH;) (global.get $frame) (local.get $value)))

(func $set_seventh! (param $value i32)
  (i32.store offset=68 (;SEVENTH;) (global.get $frame) (local.get $value)))

(func $set_operator! (param $value i32)
  (i32.store offset=36 (;OPERATOR;) (global.get $frame) (local.get $value)))

;; An empty list for the innermost frame, which gives the head of the one that it had.
(func $take_list! (result i32)
  (i32.load offset=20 (;HEAD;) (global.get $frame))
  (i32.store offset=20 (;HEAD;) (global.get $frame) (i32.const 0))
  (i32.store offset=24 (;TAIL;) (global.get $frame)
    (i32.add (global.get $frame) (i32.const 20 (;HEAD;)))))

;; Appends the last record to the list of the innermost frame.
(func $link!
  (i32.store (i32.load offset=24 (;TAIL;) (global.get $frame)) (global.get $node))
  (i32.store offset=24 (;TAIL;) (global.get $frame)
    (call $next_link! (global.get $node))))

;; Whether one of the bits holds here.
(func $has! (param $bits i32) (result i32)
  (i32.and (global.get $context) (local.get $bits)))

(func $add_context! (param $bits i32)
  (global.set $context (i32.or (global.get $context) (local.get $bits))))

(func $drop_context! (param $bits i32)
  (global.set $context
    (i32.and (global.get $context) (i32.xor (local.get $bits) (i32.const -1)))))

;; Within a bracket `in` is an operator again, and no chain of `?.` is under way.
(func $enter_bracket!
  (call $drop_context! (i32.or (global.get $C_NO_IN) (global.get $C_CHAIN))))

;; Whether a line ended before the token at hand.
(func $after_newline! (result i32)
  (i32.and (global.get $token_traits) (global.get $TRAIT_NEWLINE)))

(func $peek! (param $token i32) (result i32)
  (i32.eq (global.get $token) (local.get $token)))

;; Whether the token at hand is one of a range.
(func $peek_range! (param $low i32) (param $high i32) (result i32)
  (i32.le_u
    (i32.sub (global.get $token) (local.get $low))
    (i32.sub (local.get $high) (local.get $low))))

;; Whether the token at hand is a name or a keyword, whatever it may be used for.
(func $peek_word! (result i32)
  (call $peek_range! (global.get $T_NAME) (global.get $T_LAST_WORD)))

;; Whether it is a name, or a word that is a name somewhere.
(func $peek_name! (result i32)
  (call $peek_range! (global.get $T_NAME) (global.get $T_ESCAPED_AWAIT)))

;; Takes the token at hand.
(func $next!
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_COMMENT))
    (then (call $emit_comments)))
  (call $scan_token))

(func $take_next
  (call $next!))

;; Takes the token at hand where it is `token`, and tells whether it was.
(func $eat! (param $token i32) (result i32)
  (local $eaten i32)
  (if (i32.eq (global.get $token) (local.get $token))
    (then
      (call $take_next)
      (local.set $eaten (i32.const 1))))
  (local.get $eaten))

;; Takes the token at hand, which must be `token`.
(func $expect! (param $token i32)
  (if (i32.eq (global.get $token) (local.get $token))
    (then (call $take_next))
    (else (call $refuse_wanted (local.get $token)))))

;; Takes the bracket that closes the one at `open`.
(func $expect_close! (param $token i32) (param $open i32)
  (if (i32.eq (global.get $token) (local.get $token))
    (then (call $take_next))
    (else (call $refuse_open (local.get $token) (local.get $open)))))

;; A semicolon, or what stands for one: a brace, the end of the text or of a line.
(func $expect_semicolon!
  (if (i32.eq (global.get $token) (global.get $T_SEMICOLON))
    (then (call $take_next))
    (else (call $check_semicolon))))

(func $check_semicolon
  (if (call $peek! (global.get $T_RIGHT_BRACE)) (then (return)))
  (if (call $peek! (global.get $T_END)) (then (return)))
  (if (call $after_newline!) (then (return)))
  (call $refuse_wanted (global.get $T_SEMICOLON)))

;; Refuses the text with the status `status`, because of `code` at [start, stop). The first refusal
;; counts: it ends the text.
(func $refuse_with
  (param $status i32) (param $code i32) (param $start i32) (param $stop i32)
  (param $wanted i32) (param $related i32)
  (if (global.get $status) (then (return)))
  (global.set $status (local.get $status))
  (global.set $scan (global.get $source_stop))
  (global.set $token (global.get $T_END))
  (global.set $token_traits (i32.const 0))
  (global.set $out_limit (i32.const 0))
  ;; A want of room is no fault of the text.
  (if (i32.eq (local.get $status) (global.get $OUTPUT_TOO_SMALL)) (then (return)))
  (i32.store (global.get $fault) (local.get $start))
  (i32.store offset=4 (global.get $fault) (local.get $stop))
  (i32.store16 offset=8 (global.get $fault) (local.get $code))
  (i32.store16 offset=10 (global.get $fault) (local.get $wanted))
  (i32.store offset=12 (global.get $fault) (local.get $related)))

(func $refuse (param $code i32) (param $start i32) (param $stop i32)
  (call $refuse_with
    (global.get $MALFORMED) (local.get $code) (local.get $start) (local.get $stop)
    (i32.const 0) (global.get $NO_PLACE)))

;; Refuses with another place that has to do with it.
(func $refuse_related
  (param $code i32) (param $start i32) (param $stop i32) (param $related i32)
  (call $refuse_with
    (global.get $MALFORMED) (local.get $code) (local.get $start) (local.get $stop)
    (i32.const 0) (local.get $related)))

;; Refuses the token at hand.
(func $refuse_token (param $code i32)
  (call $refuse (local.get $code) (global.get $token_start) (global.get $token_stop)))

;; Refuses the token at hand because `token` should stand there.
(func $refuse_wanted (param $token i32)
  (call $refuse_open (local.get $token) (global.get $NO_PLACE)))

;; The same where `token` closes the bracket at `open`.
(func $refuse_open (param $token i32) (param $open i32)
  (call $refuse_with
    (global.get $MALFORMED)
    (select
      (global.get $E_END) (global.get $E_EXPECTED) (call $peek! (global.get $T_END)))
    (global.get $token_start) (global.get $token_stop)
    (local.get $token) (local.get $open)))

;; Refuses the token at hand for no reason but that nothing can go on with it.
(func $refuse_unexpected
  (call $refuse_token
    (select
      (global.get $E_END) (global.get $E_UNEXPECTED) (call $peek! (global.get $T_END)))))

;; Refuses a record.
(func $refuse_record (param $code i32) (param $ref i32)
  (call $refuse
    (local.get $code)
    (call $start_of! (local.get $ref)) (call $stop_of! (local.get $ref))))
