;; JSX: elements among the expressions.
;;
;; An element is an operand of the strength of a unary expression: operators may follow it, but no
;; member, call or template. Between tags there are no tokens but text, `<` and `{`, which
;; `scan_child` scans. Within tags tokens are those of programs, but for strings, `>` and hyphens:
;; each is scanned again where it matters.

;; Where an element stands, which tells what is scanned behind it.
(global $JSX_OPERAND i32 (i32.const 0))
(global $JSX_CHILD   i32 (i32.const 1))
(global $JSX_VALUE   i32 (i32.const 2)) ;; the value of an attribute

;; How many characters have names.
(global $ENTITY_COUNT i32 (i32.const 253))

;; `<` in place of an operand.
(func $jsx_operand (result i32)
  (local $start i32)
  (if (i32.eqz (global.get $allows_jsx)) (then (call $refuse_token (global.get $E_JSX))))
  (if (i32.gt_u (global.get $power) (global.get $P_PREFIX))
    (then (call $refuse_unexpected)))
  (global.set $header_bits (i32.or (global.get $header_bits) (global.get $HEADER_JSX)))
  (local.set $start (global.get $token_start))
  (call $next!)
  (call $begin_jsx (local.get $start) (global.get $JSX_OPERAND)))

;; An element or a fragment, whose `<` has been taken.
;;   first: its opening tag; second: the name in it, or 0; third: where it stands
;;   fourth: where an attribute begins; fifth: the name of that
(func $begin_jsx (param $start i32) (param $place i32) (result i32)
  (call $push! (global.get $S_AFTER_JSX_VALUE) (local.get $start))
  (call $set_second! (i32.const 0))
  (call $set_third! (local.get $place))
  (call $rescan_greater)
  (if (call $peek! (global.get $T_GREATER))
    (then
      (call $take_into_children)
      (call $emit_0! (global.get $K_JSX_OPENING_FRAGMENT) (local.get $start))
      (call $set_first! (global.get $node))
      (return (global.get $S_JSX_CHILD))))
  (call $jsx_element_name)
  (call $set_second! (global.get $node))
  (global.get $S_JSX_ATTRIBUTE))

;; An attribute, or the end of the opening tag.
(func $jsx_attribute (result i32)
  (local $name i32)
  (call $rescan_greater)
  (if (call $peek! (global.get $T_GREATER))
    (then (return (call $end_opening_tag (i32.const 0)))))
  (if (call $peek! (global.get $T_SLASH))
    (then
      (call $next!)
      (return (call $end_opening_tag (global.get $F_SELF_CLOSING)))))
  (if (call $peek! (global.get $T_LEFT_BRACE))
    (then
      (call $push! (global.get $S_AFTER_JSX_SPREAD_ATTRIBUTE) (global.get $token_start))
      (call $next!)
      (call $expect! (global.get $T_ELLIPSIS))
      (return (call $begin_assignment!))))
  (call $set_fourth! (global.get $token_start))
  (drop (call $take_jsx_name))
  (local.set $name (global.get $node))
  (if (call $eat! (global.get $T_COLON))
    (then (call $end_namespaced_name (call $fourth!) (local.get $name))))
  (call $set_fifth! (global.get $node))
  (if (call $peek! (global.get $T_ASSIGN)) (then (return (call $jsx_value))))
  (global.set $node (i32.const 0))
  (call $after_jsx_value))

;; What an attribute is set to; the token at hand is its `=`.
(func $jsx_value (result i32)
  (local $start i32)
  (call $take_before_value)
  (local.set $start (global.get $token_start))
  (if (call $peek! (global.get $T_STRING))
    (then
      (call $take_jsx_string)
      (return (call $after_jsx_value))))
  (if (call $peek! (global.get $T_LEFT_BRACE))
    (then
      (call $push! (global.get $S_AFTER_JSX_VALUE_EXPRESSION) (local.get $start))
      (call $next!)
      (if (call $peek! (global.get $T_RIGHT_BRACE))
        (then
          (call $refuse
            (global.get $E_JSX_VALUE_EMPTY) (local.get $start) (global.get $token_stop))))
      (return (call $begin_assignment!))))
  (if (call $peek! (global.get $T_LESS))
    (then
      (call $next!)
      (return (call $begin_jsx (local.get $start) (global.get $JSX_VALUE)))))
  (call $refuse_missing (global.get $E_JSX_VALUE))
  (call $resume!))

(func $after_jsx_value_expression (result i32)
  (call $end_braces)
  (call $next!)
  (call $emit_1! (global.get $K_JSX_EXPRESSION_CONTAINER) (call $start!) (global.get $node))
  (call $leave!)
  (call $after_jsx_value))

;; The value of an attribute has been read, or it has none.
(func $after_jsx_value (result i32)
  (call $emit_2! (global.get $K_JSX_ATTRIBUTE) (call $fourth!) (call $fifth!) (global.get $node))
  (call $link!)
  (global.get $S_JSX_ATTRIBUTE))

(func $after_jsx_spread_attribute (result i32)
  (call $end_braces)
  (call $next!)
  (call $emit_1! (global.get $K_JSX_SPREAD_ATTRIBUTE) (call $start!) (global.get $node))
  (call $leave!)
  (call $link!)
  (global.get $S_JSX_ATTRIBUTE))

;; Holds the token at hand to be the brace that closes the frame's. It is not taken yet.
(func $end_braces
  (if (call $peek! (global.get $T_RIGHT_BRACE)) (then (return)))
  (if (call $peek! (global.get $T_COMMA)) (then (call $refuse_token (global.get $E_JSX_COMMA))))
  (call $refuse_open (global.get $T_RIGHT_BRACE) (call $start!)))

;; The end of an opening tag: its `>` comes now.
(func $end_opening_tag (param $flags i32) (result i32)
  (call $rescan_greater)
  (if (i32.eqz (call $peek! (global.get $T_GREATER)))
    (then (call $refuse_open (global.get $T_GREATER) (call $start!))))
  (if (local.get $flags)
    (then (call $take_tag_end))
    (else (call $take_into_children)))
  (call $emit_2!
    (call $head_of! (global.get $K_JSX_OPENING_ELEMENT) (local.get $flags) (i32.const 0))
    (call $start!) (call $second!) (call $take_list!))
  (call $set_first! (global.get $node))
  (if (local.get $flags) (then (return (call $end_jsx (i32.const 0)))))
  (global.get $S_JSX_CHILD))

;; Something between tags, or the closing one.
(func $jsx_child (result i32)
  (local $start i32)
  (local.set $start (global.get $token_start))
  (if (call $peek! (global.get $T_JSX_TEXT))
    (then
      (call $take_jsx_text)
      (call $link!)
      (return (global.get $S_JSX_CHILD))))
  (if (call $peek! (global.get $T_LEFT_BRACE))
    (then
      (call $next!)
      (if (call $peek! (global.get $T_RIGHT_BRACE))
        (then (return (call $empty_container (local.get $start)))))
      (if (call $peek! (global.get $T_ELLIPSIS))
        (then
          (call $push! (global.get $S_AFTER_JSX_SPREAD_CHILD) (local.get $start))
          (call $next!))
        (else (call $push! (global.get $S_AFTER_JSX_CHILD_EXPRESSION) (local.get $start))))
      (return (call $begin_assignment!))))
  (if (call $peek! (global.get $T_LESS))
    (then
      (call $next!)
      (if (call $peek! (global.get $T_SLASH))
        (then (return (call $closing_tag (local.get $start)))))
      (return (call $begin_jsx (local.get $start) (global.get $JSX_CHILD)))))
  (call $refuse_related
    (global.get $E_JSX_OPEN) (global.get $token_start) (global.get $token_stop) (call $start!))
  (call $resume!))

;; `{}`, maybe with comments in it.
(func $empty_container (param $start i32) (result i32)
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_COMMENT))
    (then (call $emit_comments)))
  (call $emit_at!
    (global.get $K_JSX_EMPTY_EXPRESSION)
    (i32.add (local.get $start) (i32.const 1)) (global.get $token_start))
  (global.set $out (i32.add (global.get $out) (i32.const 16)))
  (call $scan_child)
  (call $emit_1! (global.get $K_JSX_EXPRESSION_CONTAINER) (local.get $start) (global.get $node))
  (call $link!)
  (global.get $S_JSX_CHILD))

(func $after_jsx_child_expression (result i32)
  (call $end_braces)
  (call $take_into_children)
  (call $emit_1! (global.get $K_JSX_EXPRESSION_CONTAINER) (call $start!) (global.get $node))
  (call $leave!)
  (call $link!)
  (global.get $S_JSX_CHILD))

(func $after_jsx_spread_child (result i32)
  (call $end_braces)
  (call $take_into_children)
  (call $emit_1! (global.get $K_JSX_SPREAD_CHILD) (call $start!) (global.get $node))
  (call $leave!)
  (call $link!)
  (global.get $S_JSX_CHILD))

;; The closing tag that begins at `start`; the token at hand is its `/`.
(func $closing_tag (param $start i32) (result i32)
  (local $name i32)
  (call $next!)
  (call $rescan_greater)
  (if (i32.eqz (call $peek! (global.get $T_GREATER)))
    (then
      (call $jsx_element_name)
      (local.set $name (global.get $node))
      (call $rescan_greater)))
  (if (i32.eqz (call $is_same_jsx_name (call $second!) (local.get $name)))
    (then
      (call $refuse_related
        (global.get $E_JSX_CLOSING)
        (local.get $start) (global.get $token_stop) (call $start!))))
  (if (i32.eqz (call $peek! (global.get $T_GREATER)))
    (then (call $refuse_open (global.get $T_GREATER) (local.get $start))))
  (call $take_tag_end)
  (if (local.get $name)
    (then
      (call $emit_1! (global.get $K_JSX_CLOSING_ELEMENT) (local.get $start) (local.get $name)))
    (else (call $emit_0! (global.get $K_JSX_CLOSING_FRAGMENT) (local.get $start))))
  (call $end_jsx (global.get $node)))

;; An element is at its end: `closing` is its closing tag, or 0.
(func $end_jsx (param $closing i32) (result i32)
  (local $place i32)
  (call $emit_3!
    (select (global.get $K_JSX_ELEMENT) (global.get $K_JSX_FRAGMENT) (call $second!))
    (call $start!) (call $first!) (call $head!) (local.get $closing))
  (local.set $place (call $third!))
  (call $leave!)
  (if (i32.eq (local.get $place) (global.get $JSX_CHILD))
    (then
      (call $link!)
      (return (global.get $S_JSX_CHILD))))
  (if (call $peek! (global.get $T_LESS))
    (then (call $refuse_token (global.get $E_JSX_ADJACENT))))
  (if (i32.eq (local.get $place) (global.get $JSX_VALUE)) (then (return (call $resume!))))
  (call $operator))

;; ---- Names

;; The name of an element: `a`, `a-b`, `a:b` or `a.b.c`. One that stands for what a program declares
;; has a flag: `a` of `a.b`, and what begins with no small letter and has no hyphen.
(func $jsx_element_name
  (local $start i32)
  (local $token i32) ;; of the first word
  (local $name i32)
  (local $has_hyphen i32)
  (local.set $start (global.get $token_start))
  (local.set $token (global.get $token))
  (local.set $has_hyphen (call $take_jsx_name))
  (if (local.get $has_hyphen) (then (local.set $token (global.get $T_NAME))))
  (local.set $name (global.get $node))
  (if (call $eat! (global.get $T_COLON))
    (then
      (call $end_namespaced_name (local.get $start) (local.get $name))
      (return)))
  (if (call $peek! (global.get $T_DOT))
    (then
      (if (i32.ne (local.get $token) (global.get $T_THIS))
        (then
          (call $add_flag! (local.get $name) (global.get $F_REFERENCE))
          (call $check_jsx_reference (local.get $name) (local.get $token))))
      (call $jsx_members (local.get $start))
      (return)))
  (if (i32.or (local.get $has_hyphen) (i32.ne (global.get $status) (i32.const 0)))
    (then (return)))
  (if
    (i32.gt_u
      (i32.sub
        (i32.load8_u (i32.add (global.get $source) (local.get $start))) (i32.const 0x61))
      (i32.const 25))
    (then (call $add_flag! (local.get $name) (global.get $F_REFERENCE)))))

;; The members behind the last record, with which the name begins at `start`.
(func $jsx_members (param $start i32)
  (local $object i32)
  (loop $next_member
    (local.set $object (global.get $node))
    (if (call $eat! (global.get $T_DOT))
      (then
        (if (i32.eqz (call $room (i32.const 40))) (then (return)))
        (if (call $take_jsx_name)
          (then (call $refuse_record (global.get $E_JSX_NAME_HYPHEN) (global.get $node))))
        (call $emit_2!
          (global.get $K_JSX_MEMBER_EXPRESSION)
          (local.get $start) (local.get $object) (global.get $node))
        (br $next_member)))))

;; What follows the colon of a name.
(func $end_namespaced_name (param $start i32) (param $namespace i32)
  (drop (call $take_jsx_name))
  (call $emit_2!
    (global.get $K_JSX_NAMESPACED_NAME)
    (local.get $start) (local.get $namespace) (global.get $node)))

;; Takes a word, with the hyphens in it, and tells whether it has some.
(func $take_jsx_name (result i32)
  (local $has_hyphen i32)
  (if (i32.eqz (call $peek_word!))
    (then
      (call $refuse_missing (global.get $E_JSX_NAME))
      (return (i32.const 0))))
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_ESCAPED))
    (then (call $refuse_token (global.get $E_JSX_NAME_ESCAPE))))
  (local.set $has_hyphen
    (i32.eq (i32.load8_u (global.get $scan)) (i32.const 0x2d)))
  (if (local.get $has_hyphen) (then (call $rescan_jsx_name)))
  (call $take_leaf (global.get $K_JSX_IDENTIFIER))
  (local.get $has_hyphen))

;; The word at hand goes on behind a hyphen.
(func $rescan_jsx_name
  (local $at i32)
  (local $character i32)
  (local.set $at (global.get $scan))
  (loop $next_part
    (local.set $at (call $word_stop! (local.get $at)))
    (local.set $character (call $character (local.get $at)))
    (if (i32.eq (local.get $character) (i32.const 0x2d))
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next_part)))
    (if (i32.ge_u (local.get $character) (i32.const 0x80))
      (then
        (if (call $continues_name (local.get $character))
          (then
            (local.set $at
              (i32.add (local.get $at) (call $width_of! (local.get $character))))
            (br $next_part))))))
  (global.set $scan (local.get $at))
  (global.set $token_stop (call $offset! (local.get $at))))

;; Refuses the first name of members where it is reserved, for it stands for what is declared so.
;; What is reserved everywhere, as `class`, is no keyword in a tag.
(func $check_jsx_reference (param $ref i32) (param $token i32)
  (if (i32.eq (local.get $token) (global.get $T_AWAIT))
    (then
      (if (call $has! (i32.or (global.get $C_MODULE) (global.get $C_STATIC_BLOCK)))
        (then (call $refuse_record (global.get $E_AWAIT_RESERVED) (local.get $ref))))))
  (if (i32.eq (local.get $token) (global.get $T_ARGUMENTS))
    (then
      (if (call $has! (i32.or (global.get $C_FIELD) (global.get $C_STATIC_BLOCK)))
        (then (call $refuse_record (global.get $E_ARGUMENTS_IN_FIELD) (local.get $ref))))))
  (if
    (i32.le_u
      (i32.sub (local.get $token) (global.get $T_STATIC))
      (i32.sub (global.get $T_YIELD) (global.get $T_STATIC)))
    (then
      (if (call $has! (global.get $C_STRICT))
        (then (call $refuse_record (global.get $E_RESERVED_WORD_STRICT) (local.get $ref)))))))

;; Whether two names of elements, each a record or 0, are made of the same ones.
(func $is_same_jsx_name (param $one i32) (param $two i32) (result i32)
  (local $kind i32)
  (loop $next_part
    (if
      (i32.eqz (i32.and (i32.ne (local.get $one) (i32.const 0))
        (i32.ne (local.get $two) (i32.const 0))))
      (then (return (i32.eq (local.get $one) (local.get $two)))))
    (local.set $kind (call $kind_of! (local.get $one)))
    (if (i32.ne (local.get $kind) (call $kind_of! (local.get $two)))
      (then (return (i32.const 0))))
    (if (i32.eq (local.get $kind) (global.get $K_JSX_IDENTIFIER))
      (then (return (call $is_same_text (local.get $one) (local.get $two)))))
    (if
      (i32.eqz
        (call $is_same_text
          (call $two_of! (local.get $one)) (call $two_of! (local.get $two))))
      (then (return (i32.const 0))))
    (local.set $one (call $one_of! (local.get $one)))
    (local.set $two (call $one_of! (local.get $two)))
    (br $next_part))
  (unreachable))

;; Whether two records are spelled the same.
(func $is_same_text (param $one i32) (param $two i32) (result i32)
  (local $at i32)
  (local $other i32)
  (local $stop i32)
  (local.set $at (i32.add (global.get $source) (call $start_of! (local.get $one))))
  (local.set $stop (i32.add (global.get $source) (call $stop_of! (local.get $one))))
  (local.set $other (i32.add (global.get $source) (call $start_of! (local.get $two))))
  (if
    (i32.ne
      (i32.sub (local.get $stop) (local.get $at))
      (i32.sub (call $stop_of! (local.get $two)) (call $start_of! (local.get $two))))
    (then (return (i32.const 0))))
  (block $done
    (loop $next_byte
      (br_if $done (i32.ge_u (local.get $at) (local.get $stop)))
      (if
        (i32.ne
          (i32.load8_u (local.get $at)) (i32.load8_u (local.get $other)))
        (then (return (i32.const 0))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $other (i32.add (local.get $other) (i32.const 1)))
      (br $next_byte)))
  (i32.const 1))

;; ---- Tokens

;; Refuses the token at hand, or the end of the text, where something else should stand.
(func $refuse_missing (param $code i32)
  (call $refuse_token
    (select (global.get $E_END) (local.get $code) (call $peek! (global.get $T_END)))))

;; Of a token that begins with `>`, as `>>=` does, makes one of that byte.
(func $rescan_greater
  ;; Once something is refused, there are only END tokens.
  (if (call $peek! (global.get $T_END)) (then (return)))
  (if
    (i32.eq
      (i32.load8_u (i32.add (global.get $source) (global.get $token_start)))
      (i32.const 0x3e))
    (then
      (global.set $token (global.get $T_GREATER))
      (global.set $token_stop (i32.add (global.get $token_start) (i32.const 1)))
      (global.set $scan (i32.add (global.get $source) (global.get $token_stop))))))

;; Takes the token at hand, behind which children are.
(func $take_into_children
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_COMMENT))
    (then (call $emit_comments)))
  (call $scan_child))

;; Takes the `>` of the last tag of an element.
(func $take_tag_end
  (if (i32.eq (call $third!) (global.get $JSX_CHILD))
    (then (call $take_into_children))
    (else (call $take_next))))

;; Scans what is behind the token at hand, between tags: `<`, `{`, text up to there, or the end.
(func $scan_child
  (local $at i32)
  (local $bytes v128)
  (local $found i32)  ;; where text ends
  (local $cooked i32) ;; where there is what stands for something else
  (local $byte i32)
  (global.set $last_stop (global.get $token_stop))
  (global.set $token_traits (i32.const 0))
  (local.set $at (global.get $scan))
  (global.set $token_start (call $offset! (local.get $at)))
  (global.set $token (global.get $T_JSX_TEXT))
  (loop $next_step
    (local.set $bytes (v128.load (local.get $at)))
    (local.set $found
      (i8x16.bitmask
        (v128.or
          (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0)))
          (v128.or
            (v128.or
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x3c)))
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x3e))))
            (v128.or
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x7b)))
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x7d))))))))
    ;; `&`, and a carriage return that a line feed follows.
    (local.set $cooked
      (i8x16.bitmask
        (v128.or
          (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x26)))
          (v128.and
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x0d)))
            (i8x16.eq
              (v128.load offset=1 (local.get $at)) (i8x16.splat (i32.const 0x0a)))))))
    (if
      ;; What is in front of the first end: all below its bit.
      (i32.and
        (local.get $cooked)
        (i32.sub
          (i32.and (local.get $found) (i32.sub (i32.const 0) (local.get $found)))
          (i32.const 1)))
      (then (global.set $token_traits (global.get $TRAIT_ESCAPED))))
    (if (i32.eqz (local.get $found))
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next_step)))
    (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $found))))
    (local.set $byte (i32.load8_u (local.get $at)))
    (if (i32.eqz (local.get $byte))
      (then
        (if (i32.lt_u (local.get $at) (global.get $source_stop))
          (then
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $next_step))))))
  (if (i32.eqz (local.get $byte))
    (then
      ;; Text that no tag follows is none.
      (global.set $token (global.get $T_END))
      (global.set $token_traits (i32.const 0))
      (global.set $token_start (call $offset! (local.get $at)))))
  (if (i32.eq (local.get $byte) (i32.const 0x3e))
    (then
      (call $refuse_in_text (local.get $at) (global.get $E_JSX_TEXT_GREATER))
      (return)))
  (if (i32.eq (local.get $byte) (i32.const 0x7d))
    (then
      (call $refuse_in_text (local.get $at) (global.get $E_JSX_TEXT_BRACE))
      (return)))
  (if (i32.eq (local.get $at) (global.get $scan))
    (then
      (if (local.get $byte)
        (then
          (global.set $token
            (select
              (global.get $T_LESS) (global.get $T_LEFT_BRACE)
              (i32.eq (local.get $byte) (i32.const 0x3c))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))))))
  (global.set $token_stop (call $offset! (local.get $at)))
  (global.set $scan (local.get $at)))

;; Refuses a character of text.
(func $refuse_in_text (param $at i32) (param $code i32)
  (call $refuse
    (local.get $code)
    (call $offset! (local.get $at)) (i32.add (call $offset! (local.get $at)) (i32.const 1))))

;; Takes the `=` at hand, behind which a string is one of JSX: it has no escapes, may have the ends
;; of lines, and ends with the next quote like its first.
(func $take_before_value
  (local $at i32)
  (local $start i32)
  (local $traits i32)
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_COMMENT))
    (then (call $emit_comments)))
  (local.set $start (call $behind_trivia (global.get $scan)))
  (if
    (i32.ne
      (call $class_of! (i32.load8_u (local.get $start))) (global.get $CLASS_QUOTE))
    (then
      (call $scan_token)
      (return)))
  (global.set $last_stop (global.get $token_stop))
  (global.set $token (global.get $T_STRING))
  (global.set $token_start (call $offset! (local.get $start)))
  (if (i32.ne (local.get $start) (global.get $scan))
    (then (local.set $traits (global.get $TRAIT_COMMENT))))
  (local.set $at (i32.add (local.get $start) (i32.const 1)))
  (block $done
    (loop $next_byte
      (br_if $done
        (i32.eq (i32.load8_u (local.get $at)) (i32.load8_u (local.get $start))))
      (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x26)) ;; `&`
        (then
          (local.set $traits (i32.or (local.get $traits) (global.get $TRAIT_ESCAPED)))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next_byte (i32.lt_u (local.get $at) (global.get $source_stop))))
    (call $refuse
      (global.get $E_JSX_VALUE_OPEN)
      (global.get $token_start) (call $offset! (global.get $source_stop)))
    (return))
  (global.set $token_traits (local.get $traits))
  (global.set $scan (i32.add (local.get $at) (i32.const 1)))
  (global.set $token_stop (call $offset! (global.get $scan))))

;; Where the next token begins behind `at`.
(func $behind_trivia (param $at i32) (result i32)
  (local $class i32)
  (local $begins_line i32)
  (local $byte i32)
  (block $done
    (loop $again
      (local.set $class (call $class_of! (i32.load8_u (local.get $at))))
      (local.set $byte (i32.load8_u offset=1 (local.get $at)))
      (if
        (i32.le_u
          (i32.sub (local.get $class) (global.get $CLASS_SPACE))
          (i32.sub (global.get $CLASS_LINE) (global.get $CLASS_SPACE)))
        (then
          (if (i32.eq (local.get $class) (global.get $CLASS_LINE))
            (then (local.set $begins_line (i32.const 1))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $again)))
      (if (i32.eq (local.get $class) (global.get $CLASS_SLASH))
        (then
          (if (i32.eq (local.get $byte) (i32.const 0x2a)) ;; `*`
            (then
              (local.set $at (call $skip_block (local.get $at)))
              (local.set $begins_line
                (i32.or (local.get $begins_line) (global.get $has_line)))
              (br $again)))
          (br_if $done (i32.ne (local.get $byte) (i32.const 0x2f))) ;; `/`
          (local.set $at (call $line_stop (local.get $at)))
          (br $again)))
      (if
        (i32.or
          (call $is_html_open! (local.get $at))
          (call $is_html_close! (local.get $at) (local.get $begins_line)))
        (then
          (local.set $at (call $line_stop (local.get $at)))
          (br $again)))
      (br_if $done (i32.ne (local.get $class) (global.get $CLASS_HIGH)))
      (local.set $class (call $space_sort (local.get $at)))
      (br_if $done (i32.eqz (local.get $class)))
      (if (i32.eq (local.get $class) (global.get $LINE_SPACE))
        (then (local.set $begins_line (i32.const 1))))
      (local.set $at
        (i32.add
          (local.get $at) (call $width_of! (call $character (local.get $at)))))
      (br $again)))
  (local.get $at))

;; ---- What text and strings stand for

;; Takes the text at hand.
(func $take_jsx_text
  (call $emit_at!
    (global.get $K_JSX_TEXT) (global.get $token_start) (global.get $token_stop))
  (global.set $out (i32.add (global.get $out) (i32.const 16)))
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_ESCAPED))
    (then
      (call $emit_decoded
        (global.get $token_start) (global.get $token_stop) (i32.const 1))))
  (call $scan_child))

;; Takes the string at hand, which is the value of an attribute.
(func $take_jsx_string
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_COMMENT))
    (then (call $emit_comments)))
  (call $emit_at!
    (global.get $K_STRING_LITERAL) (global.get $token_start) (global.get $token_stop))
  (global.set $out (i32.add (global.get $out) (i32.const 16)))
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_ESCAPED))
    (then
      (call $emit_decoded
        (i32.add (global.get $token_start) (i32.const 1))
        (i32.sub (global.get $token_stop) (i32.const 1)) (i32.const 0))))
  (call $scan_token))

;; Writes behind the last record what [start, stop) of the text stands for: how many bytes that has,
;; they, and zeros up to a whole word. References become characters, and in `is_text` CR LF is LF.
(func $emit_decoded (param $start i32) (param $stop i32) (param $is_text i32)
  (local $at i32)
  (local $end i32)
  (local $text i32)      ;; where the bytes begin
  (local $to i32)
  (local $byte i32)
  (local $character i32)
  (call $add_flag! (global.get $node) (global.get $F_COOKED))
  (global.set $header_bits (i32.or (global.get $header_bits) (global.get $HEADER_ESCAPES)))
  ;; No reference is shorter than its character.
  (if
    (i32.eqz
      (call $room
        (i32.add (i32.sub (local.get $stop) (local.get $start)) (i32.const 32))))
    (then (return)))
  (local.set $at (i32.add (global.get $source) (local.get $start)))
  (local.set $end (i32.add (global.get $source) (local.get $stop)))
  (local.set $text (i32.add (global.get $out) (i32.const 4)))
  (local.set $to (local.get $text))
  (block $done
    (loop $next_byte
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (i32.eq (local.get $byte) (i32.const 0x26)) ;; `&`
        (then
          (local.set $character (call $reference (local.get $at) (local.get $end)))
          (if (i32.ge_s (local.get $character) (i32.const 0))
            (then
              (local.set $to
                (call $write_character
                  (local.get $to) (local.get $character) (local.get $text)))
              (local.set $at (global.get $escape_stop))
              (br $next_byte)))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next_byte
        (i32.and
          (local.get $is_text)
          (i32.and
            (i32.eq (local.get $byte) (i32.const 0x0d))
            (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x0a)))))
      (i32.store8 (local.get $to) (local.get $byte))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (br $next_byte)))
  (i32.store (local.get $to) (i32.const 0))
  (local.set $end (i32.sub (local.get $to) (local.get $text)))
  (i32.store (global.get $out) (local.get $end))
  (global.set $out
    (i32.add
      (local.get $text)
      (i32.and (i32.add (local.get $end) (i32.const 3)) (i32.const -4)))))

;; The character that the `&` at `at` begins a reference to, -1 where it begins none: `&amp;`,
;; `&#38;` or `&#x26;`. Sets `$escape_stop`.
(func $reference (param $at i32) (param $end i32) (result i32)
  (local $stop i32) ;; where its `;` is
  (local $byte i32)
  (local.set $at (i32.add (local.get $at) (i32.const 1)))
  (local.set $stop (local.get $at))
  (loop $next_byte
    (if (i32.ge_u (local.get $stop) (local.get $end)) (then (return (i32.const -1))))
    (local.set $byte (i32.load8_u (local.get $stop)))
    ;; Another one begins before this ends.
    (if (i32.eq (local.get $byte) (i32.const 0x26)) (then (return (i32.const -1))))
    (if (i32.ne (local.get $byte) (i32.const 0x3b))
      (then
        (local.set $stop (i32.add (local.get $stop) (i32.const 1)))
        (br $next_byte))))
  (global.set $escape_stop (i32.add (local.get $stop) (i32.const 1)))
  (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x23)) ;; `#`
    (then (return (call $named_character (local.get $at) (local.get $stop)))))
  (local.set $at (i32.add (local.get $at) (i32.const 1)))
  (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x78)) ;; `x`
    (then
      (return
        (call $numbered_character
          (i32.add (local.get $at) (i32.const 1)) (local.get $stop) (i32.const 16)))))
  (call $numbered_character (local.get $at) (local.get $stop) (i32.const 10)))

;; The character whose number the digits [at, stop) of a base are, or -1. Surrogates are none.
(func $numbered_character (param $at i32) (param $stop i32) (param $base i32) (result i32)
  (local $digit i32)
  (local $number i32)
  (if (i32.ge_u (local.get $at) (local.get $stop)) (then (return (i32.const -1))))
  (loop $next_digit
    (local.set $digit (call $digit_of! (i32.load8_u (local.get $at))))
    (if (i32.ge_u (local.get $digit) (local.get $base)) (then (return (i32.const -1))))
    (local.set $number
      (i32.add (i32.mul (local.get $number) (local.get $base)) (local.get $digit)))
    (if (i32.gt_u (local.get $number) (i32.const 0x10_ffff)) (then (return (i32.const -1))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (br_if $next_digit (i32.lt_u (local.get $at) (local.get $stop))))
  (select
    (i32.const -1)
    (local.get $number)
    (i32.eq (i32.and (local.get $number) (i32.const -2048)) (i32.const 0xd800))))

;; The character of the name [at, stop), or -1.
(func $named_character (param $at i32) (param $stop i32) (result i32)
  (local $len i32)
  (local $key i64)
  (local $found i64)
  (local $low i32)
  (local $high i32)
  (local $middle i32)
  (local.set $len (i32.sub (local.get $stop) (local.get $at)))
  (if (i32.gt_u (i32.sub (local.get $len) (i32.const 1)) (i32.const 7))
    (then (return (i32.const -1))))
  ;; All bytes but those behind the name.
  (local.set $key
    (i64.and
      (i64.load (local.get $at))
      (i64.shr_u
        (i64.const -1)
        (i64.extend_i32_u
          (i32.sub (i32.const 64) (i32.shl (local.get $len) (i32.const 3)))))))
  (local.set $high (global.get $ENTITY_COUNT))
  (loop $next_half
    (local.set $middle
      (i32.shr_u (i32.add (local.get $low) (local.get $high)) (i32.const 1)))
    (local.set $found
      (i64.load offset=24576 (;ENTITIES;) (i32.shl (local.get $middle) (i32.const 3))))
    (if (i64.eq (local.get $found) (local.get $key))
      (then
        (return
          (i32.load16_u offset=26600 (;ENTITIES+2024;)
            (i32.shl (local.get $middle) (i32.const 1))))))
    (if (i64.lt_u (local.get $found) (local.get $key))
      (then (local.set $low (i32.add (local.get $middle) (i32.const 1))))
      (else (local.set $high (local.get $middle))))
    (br_if $next_half (i32.lt_u (local.get $low) (local.get $high))))
  (i32.const -1))
