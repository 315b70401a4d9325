;; Functions: declarations, expressions, methods, arrows, and what is a body like theirs.
;;
;; The frame of a function:
;;   first: its name; second: its parameters; third: `$FN_…`; fourth: where its body begins;
;;   fifth: `$doubled` outside; operator: the head of its record

;; What kind of function it is, beside `$F_ASYNC` and `$F_GENERATOR`.
(global $FN_ARROW   i32 (i32.const 32))
(global $FN_METHOD  i32 (i32.const 64))
(global $FN_GETTER  i32 (i32.const 128))
(global $FN_SETTER  i32 (i32.const 256))
(global $FN_OPERAND i32 (i32.const 512))  ;; an expression
(global $FN_COMPLEX i32 (i32.const 1024)) ;; some parameter is more than a name
(global $FN_BLOCK   i32 (i32.const 2048)) ;; a static block
(global $FN_PROGRAM i32 (i32.const 4096))

;; Where a function is declared.
(global $PLACE_LIST    i32 (i32.const 0)) ;; among statements
(global $PLACE_DEFAULT i32 (i32.const 1)) ;; behind `export default`
(global $PLACE_PLAIN   i32 (i32.const 2)) ;; behind a label, or as a branch of `if`

;; What stays as it is within an arrow function.
(global $ARROW_CONTEXT i32 (i32.const 15875))

;; A parameter that has the name of one in front of it, or 0.
(global $doubled (mut i32) (i32.const 0))
;; The first directive of a body that has octal escapes: one more than its offset.
(global $octal_directive (mut i32) (i32.const 0))

(func $has_kind! (param $kinds i32) (result i32)
  (i32.and (call $third!) (local.get $kinds)))

(func $add_kind! (param $kind i32)
  (call $set_third! (i32.or (call $third!) (local.get $kind))))

;; What is around a function waits in its frame.
(func $keep_outside!
  (i32.store offset=40 (;OPEN;) (global.get $frame) (global.get $open_covers))
  (i32.store offset=44 (;PAUSED;) (global.get $frame) (global.get $paused_at))
  (i32.store offset=48 (;AWAITED;) (global.get $frame) (global.get $await_name_at))
  (i32.store offset=52 (;BINDING;) (global.get $frame) (global.get $binding))
  (call $set_fifth! (global.get $doubled))
  (global.set $open_covers (i32.const 0))
  (global.set $doubled (i32.const 0)))

;; Ends a function: what is around goes on.
(func $restore_outside!
  (call $check_covers)
  (call $close_scope)
  (global.set $open_covers (i32.load offset=40 (;OPEN;) (global.get $frame)))
  (global.set $paused_at (i32.load offset=44 (;PAUSED;) (global.get $frame)))
  (global.set $await_name_at (i32.load offset=48 (;AWAITED;) (global.get $frame)))
  (global.set $binding (i32.load offset=52 (;BINDING;) (global.get $frame)))
  (call $leave_bracket!))

;; `function` is the token at hand; `async` in front of it has been taken.
(func $begin_function_expression (param $start i32) (param $flags i32) (result i32)
  (local $context i32)
  (local $name i32)
  (call $next!)
  (if (call $eat! (global.get $T_STAR))
    (then (local.set $flags (i32.or (local.get $flags) (global.get $F_GENERATOR)))))
  (if (i32.eqz (call $peek! (global.get $T_LEFT_PAREN)))
    (then
      ;; Its name stands within the function.
      (local.set $context (global.get $context))
      (global.set $context
        (i32.or
          (call $has! (i32.or (global.get $C_STRICT) (global.get $C_MODULE)))
          (call $kind_context (local.get $flags))))
      (call $take_function_name)
      (local.set $name (global.get $node))
      (global.set $context (local.get $context))))
  (call $begin_parameters
    (local.get $start) (local.get $name) (global.get $K_FUNCTION_EXPRESSION)
    (i32.or (local.get $flags) (global.get $FN_OPERAND)) (i32.const 0)))

(func $take_function_name
  (if (i32.eqz (call $peek_name!))
    (then (call $refuse_token (global.get $E_FUNCTION_NAME))))
  (call $check_name)
  (call $take_leaf (global.get $K_IDENTIFIER))
  (if (call $has! (global.get $C_STRICT)) (then (call $check_target_name (global.get $node)))))

;; `function` is the token at hand, and the frame waits for a statement. The name may be missing
;; where the place is `$PLACE_DEFAULT`; where it is
;; `$PLACE_PLAIN`, generators cannot stand there.
(func $begin_function_declaration
  (param $start i32) (param $flags i32) (param $place i32) (result i32)
  (local $name i32)
  (call $next!)
  (if (call $peek! (global.get $T_STAR))
    (then
      (if (i32.eq (local.get $place) (global.get $PLACE_PLAIN))
        (then (call $refuse_token (global.get $E_FUNCTION_KIND_PLACE))))
      (call $next!)
      (local.set $flags (i32.or (local.get $flags) (global.get $F_GENERATOR)))))
  (if
    (i32.eqz
      (i32.and
        (call $peek! (global.get $T_LEFT_PAREN))
        (i32.eq (local.get $place) (global.get $PLACE_DEFAULT))))
    (then
      (call $take_function_name)
      (local.set $name (global.get $node))
      (call $declare (local.get $name) (call $function_sort (local.get $flags)))))
  (call $begin_parameters
    (local.get $start) (local.get $name) (global.get $K_FUNCTION_DECLARATION)
    (local.get $flags) (i32.const 0)))

;; What a function's name is to others of its scope.
(func $function_sort (param $flags i32) (result i32)
  (if (call $has! (global.get $C_BLOCK))
    (then
      (return
        (select
          (global.get $SORT_LEXICAL) (global.get $SORT_SLOPPY_FUNCTION)
          (i32.or (call $has! (global.get $C_STRICT)) (local.get $flags))))))
  (select
    (global.get $SORT_LEXICAL) (global.get $SORT_VAR)
    (i32.eq
      (call $has! (i32.or (global.get $C_TOP) (global.get $C_MODULE)))
      (i32.or (global.get $C_TOP) (global.get $C_MODULE)))))

;; The bits of context that come from the kind of a function.
(func $kind_context (param $flags i32) (result i32)
  (i32.or
    (select
      (global.get $C_ASYNC) (i32.const 0)
      (i32.and (local.get $flags) (global.get $F_ASYNC)))
    (select
      (global.get $C_GENERATOR) (i32.const 0)
      (i32.and (local.get $flags) (global.get $F_GENERATOR)))))

;; A function that begins at `start`, from its parameters on. `flags` are `$F_ASYNC`,
;; `$F_GENERATOR` and `$FN_…`, `context` what it allows beside what every function does.
(func $begin_parameters
  (param $start i32) (param $name i32) (param $kind i32) (param $flags i32) (param $context i32)
  (result i32)
  (local $own i32)
  (call $push! (global.get $S_AFTER_PARAMETER) (local.get $start))
  (call $set_first! (local.get $name))
  (call $set_third! (local.get $flags))
  (call $set_operator!
    (call $head_of!
      (local.get $kind)
      (i32.and
        (local.get $flags) (i32.or (global.get $F_ASYNC) (global.get $F_GENERATOR)))
      (i32.const 0)))
  (call $keep_outside!)
  (local.set $own (call $kind_context (local.get $flags)))
  (global.set $context
    (i32.or
      (i32.or
        (call $has! (i32.or (global.get $C_STRICT) (global.get $C_MODULE)))
        (i32.or (global.get $C_FUNCTION) (global.get $C_NEW_TARGET)))
      (i32.or
        (i32.or (local.get $own) (local.get $context))
        (select (global.get $C_PARAMETERS) (i32.const 0) (local.get $own)))))
  (call $open_scope (global.get $SCOPE_FUNCTION))
  (global.set $binding (global.get $SORT_PARAMETER))
  (call $expect! (global.get $T_LEFT_PAREN))
  (call $parameter))

(func $parameter (result i32)
  (if (call $peek! (global.get $T_NAME)) (then (return (call $binding_element))))
  (if (call $peek! (global.get $T_RIGHT_PAREN)) (then (return (call $end_parameters))))
  (if (call $peek! (global.get $T_ELLIPSIS))
    (then
      (call $add_kind! (global.get $FN_COMPLEX))
      (return (call $begin_rest))))
  (call $binding_element))

(func $after_parameter (result i32)
  (call $link!)
  (if (i32.ne (call $kind_of! (global.get $node)) (global.get $K_IDENTIFIER))
    (then (call $add_kind! (global.get $FN_COMPLEX))))
  (if (call $peek! (global.get $T_COMMA))
    (then
      (if (i32.eq (call $kind_of! (global.get $node)) (global.get $K_REST_ELEMENT))
        (then (call $refuse_token (global.get $E_REST_COMMA))))
      (call $next!)
      (return (global.get $S_PARAMETER))))
  (call $end_parameters))

(func $end_parameters (result i32)
  (local $head i32)
  (local.set $head (call $take_list!))
  (call $set_second! (local.get $head))
  (call $check_type!)
  (if (call $has_kind! (i32.or (global.get $FN_GETTER) (global.get $FN_SETTER)))
    (then (call $check_accessor (local.get $head))))
  (call $expect! (global.get $T_RIGHT_PAREN))
  (call $drop_context! (global.get $C_PARAMETERS))
  (call $begin_body))

(func $check_accessor (param $head i32)
  (if (call $has_kind! (global.get $FN_GETTER))
    (then
      (if (local.get $head) (then (call $refuse_token (global.get $E_GETTER_PARAMETERS))))
      (return)))
  (if (i32.eqz (local.get $head))
    (then
      (call $refuse_token (global.get $E_SETTER_PARAMETERS))
      (return)))
  (if (i32.eq (call $kind_of! (local.get $head)) (global.get $K_REST_ELEMENT))
    (then (call $refuse_record (global.get $E_SETTER_REST) (local.get $head))))
  (if (call $link_of! (local.get $head))
    (then (call $refuse_token (global.get $E_SETTER_PARAMETERS)))))

;; The brace of a body is the token at hand.
(func $begin_body (result i32)
  (call $set_fourth! (global.get $token_start))
  (call $check_type!)
  (call $then! (global.get $S_AFTER_DIRECTIVE))
  (call $expect! (global.get $T_LEFT_BRACE))
  (global.set $octal_directive (i32.const 0))
  (call $begin_weighing!)
  (call $directive))

;; Strings at the beginning of a body may be directives: those that are whole statements.
;;   frame of one: first: whether it says "use strict"; second: whether it has octal escapes
(func $directive (result i32)
  (if (i32.eqz (call $peek! (global.get $T_STRING))) (then (return (call $end_directives))))
  (call $push! (global.get $S_AFTER_STRING_STATEMENT) (global.get $token_start))
  (call $set_first! (call $is_use_strict))
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_OCTAL))
    (then
      (if (i32.eqz (global.get $octal_directive))
        (then (global.set $octal_directive (i32.add (global.get $token_start) (i32.const 1)))))))
  (call $begin_expression!))

;; Whether the string at hand is "use strict" to the letter.
(func $is_use_strict (result i32)
  (local $ptr i32)
  (if
    (i32.ne (i32.sub (global.get $token_stop) (global.get $token_start)) (i32.const 12))
    (then (return (i32.const 0))))
  (local.set $ptr (i32.add (global.get $source) (global.get $token_start)))
  (i32.and
    (i64.eq (i64.load offset=1 (local.get $ptr)) (i64.const 0x6972747320657375)) ;; use stri
    (i32.eq (i32.load16_u offset=9 (local.get $ptr)) (i32.const 0x7463))))       ;; ct

;; A statement that begins with a string, where directives stand.
(func $after_string_statement (result i32)
  (local $is_strict i32)
  (local $head i32)
  (local.set $head (global.get $K_EXPRESSION_STATEMENT))
  (if (call $is_bare! (global.get $node) (global.get $K_STRING_LITERAL))
    (then
      (local.set $is_strict (call $first!))
      (local.set $head
        (call $head_of!
          (global.get $K_EXPRESSION_STATEMENT) (global.get $F_DIRECTIVE) (i32.const 0)))))
  (call $expect_semicolon!)
  (call $emit_1! (local.get $head) (call $start!) (global.get $node))
  (call $leave!)
  (if (local.get $is_strict) (then (call $become_strict)))
  (call $resume!))

;; The frame of the body goes on with another directive, or with its statements.
(func $after_directive (result i32)
  (call $link!)
  (if (i32.and (call $flags_of! (global.get $node)) (global.get $F_DIRECTIVE))
    (then
      (if (i32.eq (call $kind_of! (global.get $node)) (global.get $K_EXPRESSION_STATEMENT))
        (then (return (call $directive))))))
  (call $end_directives))

(func $become_strict
  (if (call $has_kind! (global.get $FN_COMPLEX))
    (then (call $refuse_record (global.get $E_STRICT_PARAMETERS) (global.get $node))))
  (if (global.get $octal_directive)
    (then
      (call $refuse
        (global.get $E_ESCAPE_OCTAL_STRICT)
        (i32.sub (global.get $octal_directive) (i32.const 1))
        (global.get $octal_directive))))
  (if (call $has_kind! (global.get $FN_PROGRAM))
    (then
      (global.set $header_bits
        (i32.or (global.get $header_bits) (global.get $HEADER_STRICT)))))
  (if (i32.eqz (call $has! (global.get $C_STRICT)))
    (then
      (call $add_context! (global.get $C_STRICT))
      (call $check_strict_names))))

;; The name and the parameters of a function that turns out to be strict.
(func $check_strict_names
  (local $ref i32)
  (if (call $has_kind! (global.get $FN_PROGRAM)) (then (return)))
  (if (call $first!) (then (call $check_strict_name (call $first!))))
  (local.set $ref (call $second!))
  (loop $next_parameter
    (if (local.get $ref)
      (then
        (call $check_strict_name (local.get $ref))
        (local.set $ref (call $link_of! (local.get $ref)))
        (br $next_parameter)))))

;; Behind the directives it is known whether two parameters may have one name.
(func $end_directives (result i32)
  (if (global.get $doubled)
    (then
      (if
        (i32.or
          (call $has_kind!
            (i32.or
              (global.get $FN_COMPLEX)
              (i32.or (global.get $FN_ARROW) (global.get $FN_METHOD))))
          (call $has! (global.get $C_STRICT)))
        (then (call $refuse_record (global.get $E_PARAMETER_TWICE) (global.get $doubled))))))
  (global.set $doubled (call $fifth!))
  (call $then! (global.get $S_AFTER_BODY_ITEM))
  (call $body_item))

(func $after_body_item (result i32)
  (call $link!)
  (call $weigh_item!)
  (call $body_item))

(func $body_item (result i32)
  (if (call $peek! (global.get $T_RIGHT_BRACE)) (then (return (call $end_body))))
  (if (call $peek! (global.get $T_END)) (then (return (call $end_of_text))))
  (global.get $S_STATEMENT))

;; The text ends within a body, or it is the program's.
(func $end_of_text (result i32)
  (if (call $has_kind! (global.get $FN_PROGRAM)) (then (return (call $end_program))))
  (call $refuse_open (global.get $T_RIGHT_BRACE) (call $fourth!))
  (call $end_body))

(func $end_body (result i32)
  (call $end_weighing!)
  (if (call $has_kind! (i32.or (global.get $FN_BLOCK) (global.get $FN_PROGRAM)))
    (then
      (if (call $has_kind! (global.get $FN_PROGRAM))
        (then
          (call $refuse_unexpected)
          (return (i32.const 0))))
      (return (call $end_static_block))))
  (call $expect! (global.get $T_RIGHT_BRACE))
  (call $emit_1! (global.get $K_BLOCK_STATEMENT) (call $fourth!) (call $head!))
  (call $end_function))

;; The body of a function has been read.
(func $end_function (result i32)
  (local $kind i32)
  (if (call $has! (global.get $C_STRICT))
    (then
      (call $set_operator!
        (i32.or (call $operator!) (i32.shl (global.get $F_STRICT) (i32.const 8))))))
  (local.set $kind (call $third!))
  (if (i32.and (local.get $kind) (global.get $FN_ARROW))
    (then
      (call $emit_2! (call $operator!) (call $start!) (call $second!) (global.get $node))
      (call $restore_outside!)
      (return (call $end_of_assignment))))
  (call $emit_3!
    (call $operator!) (call $start!) (call $first!) (call $second!) (global.get $node))
  (call $restore_outside!)
  (if (i32.and (local.get $kind) (global.get $FN_OPERAND)) (then (return (call $suffix))))
  (call $resume!))

;; `a =>`: the last record is the name in front of the arrow, if it is one.
(func $arrow_of_name (result i32)
  (if (i32.eqz (call $is_bare! (global.get $node) (global.get $K_IDENTIFIER)))
    (then
      (call $refuse_token (global.get $E_ARROW_PLACE))
      (return (call $resume!))))
  (call $push! (global.get $S_AFTER_ARROW_BODY) (global.get $node_start))
  (call $link!)
  (call $begin_arrow (i32.const 0)))

;; `async a =>`: the name is the token at hand.
(func $async_arrow_of_name (param $start i32) (result i32)
  (call $push! (global.get $S_AFTER_ARROW_BODY) (local.get $start))
  (call $check_name)
  (call $take_leaf (global.get $K_IDENTIFIER))
  (call $link!)
  (if (i32.eqz (call $peek! (global.get $T_ARROW)))
    (then (call $refuse_wanted (global.get $T_ARROW))))
  (call $begin_arrow (global.get $F_ASYNC)))

;; The arrow is the token at hand; the innermost frame begins where the parameters do, and its list
;; is what they have been read as.
(func $begin_arrow (param $flags i32) (result i32)
  (local $start i32)
  (local $head i32)
  (local $ref i32)
  (local.set $start (call $start!))
  (local.set $head (call $take_list!))
  (if
    (i32.gt_u
      (i32.load offset=32 (;POWER;) (global.get $frame)) (global.get $P_ASSIGNMENT))
    (then (call $refuse_token (global.get $E_ARROW_PLACE))))
  (if (call $after_newline!) (then (call $refuse_token (global.get $E_ARROW_NEWLINE))))
  (if (i32.gt_u (global.get $paused_at) (local.get $start))
    (then
      (call $refuse
        (global.get $E_AWAIT_CONTEXT)
        (i32.sub (global.get $paused_at) (i32.const 1)) (global.get $paused_at))))
  (if (local.get $flags)
    (then
      (if (i32.gt_u (global.get $await_name_at) (local.get $start))
        (then
          (call $refuse
            (global.get $E_AWAIT_RESERVED)
            (i32.sub (global.get $await_name_at) (i32.const 1)) (global.get $await_name_at))))))
  (call $open_scope (global.get $SCOPE_FUNCTION))
  (local.set $ref (global.get $doubled))
  (global.set $doubled (i32.const 0))
  (call $make_patterns (local.get $head) (i32.const 1))
  (if (global.get $doubled)
    (then (call $refuse_record (global.get $E_PARAMETER_TWICE) (global.get $doubled))))
  (global.set $doubled (local.get $ref))
  (call $set_second! (local.get $head))
  (call $set_first! (i32.const 0))
  (call $set_third! (i32.or (local.get $flags) (global.get $FN_ARROW)))
  (if (call $is_complex (local.get $head)) (then (call $add_kind! (global.get $FN_COMPLEX))))
  (call $set_operator!
    (call $head_of!
      (global.get $K_ARROW_FUNCTION_EXPRESSION) (local.get $flags) (i32.const 0)))
  (call $keep_outside!)
  (global.set $context
    (i32.or
      (i32.or
        (i32.and
          (i32.load offset=28 (;CONTEXT;) (global.get $frame)) (global.get $ARROW_CONTEXT))
        (global.get $C_FUNCTION))
      (call $kind_context (local.get $flags))))
  (call $next!)
  (if (call $peek! (global.get $T_LEFT_BRACE)) (then (return (call $begin_body))))
  (global.set $doubled (call $fifth!))
  (call $then! (global.get $S_AFTER_ARROW_BODY))
  (call $add_context!
    (i32.and
      (i32.load offset=28 (;CONTEXT;) (global.get $frame)) (global.get $C_NO_IN)))
  (call $begin_assignment!))

;; Whether some parameter is more than a name.
(func $is_complex (param $ref i32) (result i32)
  (loop $next_parameter
    (if (local.get $ref)
      (then
        (if (i32.ne (call $kind_of! (local.get $ref)) (global.get $K_IDENTIFIER))
          (then (return (i32.const 1))))
        (local.set $ref (call $link_of! (local.get $ref)))
        (br $next_parameter))))
  (i32.const 0))

;; The body of an arrow function is an expression.
(func $after_arrow_body (result i32)
  (call $set_operator!
    (i32.or (call $operator!) (i32.shl (global.get $F_EXPRESSION) (i32.const 8))))
  (call $end_function))
