;; Statements. Each leaves its record in `$node` and goes on with the innermost frame.

;; A statement where declarations may stand, too.
(func $statement (result i32)
  (local $token i32)
  (local.set $token (global.get $token))
  (if (i32.eq (local.get $token) (global.get $T_NAME))
    (then (return (call $name_statement))))
  (if (i32.eq (local.get $token) (global.get $T_LEFT_BRACE))
    (then (return (call $begin_block (i32.const 1)))))
  (if (i32.eq (local.get $token) (global.get $T_SEMICOLON))
    (then
      (call $take_leaf (global.get $K_EMPTY_STATEMENT))
      (return (call $resume!))))
  (if (call $peek_range! (global.get $T_ENUM) (global.get $T_LAST_WORD))
    (then (return (call $keyword_statement))))
  (if (call $peek_name!) (then (return (call $word_statement))))
  (call $expression_statement))

;; A statement that is the body of another one, where none is declared.
(func $single_statement (result i32)
  (if (call $peek! (global.get $T_FUNCTION))
    (then (call $refuse_token (global.get $E_FUNCTION_PLACE))))
  (if (call $peek! (global.get $T_CLASS))
    (then (call $refuse_token (global.get $E_CLASS_PLACE))))
  (if (call $peek! (global.get $T_CONST))
    (then (call $refuse_token (global.get $E_LEXICAL_PLACE))))
  (if (call $peek! (global.get $T_LET)) (then (return (call $let_statement (i32.const 1)))))
  (if (call $peek! (global.get $T_ASYNC))
    (then (return (call $async_statement (i32.const 1)))))
  (call $statement))

;; A body has been read: it is no function with labels in front of it.
(func $check_body!
  (if (i32.eq (call $kind_of! (global.get $node)) (global.get $K_LABELED_STATEMENT))
    (then (call $check_labeled (global.get $node)))))

(func $check_labeled (param $ref i32)
  (loop $next_label
    (if (i32.eq (call $kind_of! (local.get $ref)) (global.get $K_LABELED_STATEMENT))
      (then
        (local.set $ref (call $two_of! (local.get $ref)))
        (br $next_label))))
  (if (i32.eq (call $kind_of! (local.get $ref)) (global.get $K_FUNCTION_DECLARATION))
    (then (call $refuse_record (global.get $E_LABELED_FUNCTION) (local.get $ref)))))

(func $expression_statement (result i32)
  (call $push! (global.get $S_AFTER_EXPRESSION_STATEMENT) (global.get $token_start))
  (call $begin_expression!))

(func $after_expression_statement (result i32)
  (call $expect_semicolon!)
  (call $emit_1! (global.get $K_EXPRESSION_STATEMENT) (call $start!) (global.get $node))
  (call $pop!)
  (call $resume!))

;; The operand that a statement begins with has been read already: goes on behind it.
(func $statement_of_operand (param $start i32) (result i32)
  (call $push! (global.get $S_AFTER_EXPRESSION_STATEMENT) (local.get $start))
  (global.set $power (global.get $P_SEQUENCE))
  (call $suffix))

;; A name is at hand: a label, or an expression begins.
(func $name_statement (result i32)
  (local $start i32)
  (local.set $start (global.get $token_start))
  (call $take_leaf! (global.get $K_IDENTIFIER))
  (if (call $peek! (global.get $T_COLON)) (then (return (call $begin_label))))
  (call $statement_of_operand (local.get $start)))

;; The name of a label has been read, and its colon is at hand.
(func $begin_label (result i32)
  (call $push! (global.get $S_AFTER_LABELED) (global.get $node_start))
  (call $set_first! (global.get $node))
  (call $open_label (global.get $node))
  (call $next!)
  (if (call $peek! (global.get $T_FUNCTION))
    (then
      (if (call $has! (global.get $C_STRICT))
        (then (call $refuse_token (global.get $E_LABELED_FUNCTION))))
      (return (call $begin_plain_function))))
  (global.get $S_SINGLE_STATEMENT))

;; A function that is neither a generator nor asynchronous.
(func $begin_plain_function (result i32)
  (call $begin_function_declaration
    (global.get $token_start) (i32.const 0) (global.get $PLACE_PLAIN)))

(func $after_labeled (result i32)
  (call $close_label (global.get $node))
  (call $emit_2!
    (global.get $K_LABELED_STATEMENT) (call $start!) (call $first!) (global.get $node))
  (call $pop!)
  (call $resume!))

;; A word that is a name in some places.
(func $word_statement (result i32)
  (local $start i32)
  (if (call $peek! (global.get $T_LET)) (then (return (call $let_statement (i32.const 0)))))
  (if (call $peek! (global.get $T_ASYNC))
    (then (return (call $async_statement (i32.const 0)))))
  (if (call $peek! (global.get $T_YIELD))
    (then
      (if (call $has! (global.get $C_GENERATOR)) (then (return (call $expression_statement))))))
  (if (call $peek! (global.get $T_AWAIT))
    (then
      (if (call $has! (global.get $C_ASYNC)) (then (return (call $expression_statement))))))
  (if (call $peek! (global.get $T_ARGUMENTS))
    (then
      (if (call $has! (global.get $C_STATIC_BLOCK))
        (then (call $refuse_token (global.get $E_ARGUMENTS_IN_FIELD))))))
  (local.set $start (global.get $token_start))
  (call $check_name)
  (call $take_leaf (global.get $K_IDENTIFIER))
  (if (call $peek! (global.get $T_COLON)) (then (return (call $begin_label))))
  (call $statement_of_operand (local.get $start)))

;; `let` is at hand: a declaration, or a name.
(func $let_statement (param $is_single i32) (result i32)
  (local $start i32)
  (local $stop i32)
  (local $is_declaration i32)
  (local.set $start (global.get $token_start))
  (local.set $stop (global.get $token_stop))
  (call $next!)
  (if (call $peek! (global.get $T_LEFT_BRACKET))
    (then
      (local.set $is_declaration (i32.const 1))
      (if (local.get $is_single)
        (then
          (call $refuse
            (global.get $E_LET_BRACKET) (local.get $start) (global.get $token_stop))))))
  (if (i32.or (call $peek_name!) (call $peek! (global.get $T_LEFT_BRACE)))
    (then
      (local.set $is_declaration (i32.const 1))
      (if (local.get $is_single)
        (then
          (if (call $after_newline!)
            (then (local.set $is_declaration (i32.const 0)))
            (else
              (call $refuse
                (global.get $E_LEXICAL_PLACE) (local.get $start) (local.get $stop))))))))
  (if (local.get $is_declaration)
    (then
      (return
        (call $begin_declaration
          (local.get $start) (global.get $D_VARIABLE_LET) (i32.const 0)))))
  (call $check_name_as (global.get $T_LET) (local.get $start) (local.get $stop))
  (call $emit_name (local.get $start) (local.get $stop) (i32.const 0))
  (if (call $peek! (global.get $T_COLON)) (then (return (call $begin_label))))
  (call $statement_of_operand (local.get $start)))

;; `async` is at hand: a function is declared, or an expression begins, or a label.
(func $async_statement (param $is_single i32) (result i32)
  (local $start i32)
  (local $stop i32)
  (local.set $start (global.get $token_start))
  (local.set $stop (global.get $token_stop))
  (call $next!)
  (if (call $peek! (global.get $T_FUNCTION))
    (then
      (if (i32.eqz (call $after_newline!))
        (then
          (if (local.get $is_single)
            (then
              (call $refuse
                (global.get $E_FUNCTION_KIND_PLACE)
                (local.get $start) (global.get $token_stop))))
          (return
            (call $begin_function_declaration
              (local.get $start) (global.get $F_ASYNC) (global.get $PLACE_LIST)))))))
  (if (call $peek! (global.get $T_COLON))
    (then
      (call $emit_name (local.get $start) (local.get $stop) (i32.const 0))
      (return (call $begin_label))))
  (call $push! (global.get $S_AFTER_EXPRESSION_STATEMENT) (local.get $start))
  (global.set $power (global.get $P_SEQUENCE))
  (call $async_behind (local.get $start) (local.get $stop)))

;; A keyword is at hand.
(func $keyword_statement (result i32)
  (local $start i32)
  (local $token i32)
  (local.set $token (global.get $token))
  (local.set $start (global.get $token_start))
  (if (i32.eq (local.get $token) (global.get $T_RETURN)) (then (return (call $begin_return))))
  (if (i32.eq (local.get $token) (global.get $T_IF)) (then (return (call $begin_if))))
  (if (i32.eq (local.get $token) (global.get $T_CONST))
    (then
      (call $next!)
      (return
        (call $begin_declaration
          (local.get $start) (global.get $D_VARIABLE_CONST) (i32.const 0)))))
  (if (i32.eq (local.get $token) (global.get $T_VAR))
    (then
      (call $next!)
      (return
        (call $begin_declaration
          (local.get $start) (global.get $D_VARIABLE_VAR) (i32.const 0)))))
  (if (i32.eq (local.get $token) (global.get $T_FUNCTION))
    (then
      (return
        (call $begin_function_declaration
          (local.get $start)
          (i32.const 0)
          (global.get $PLACE_LIST)))))
  (if (i32.eq (local.get $token) (global.get $T_FOR)) (then (return (call $begin_for))))
  (if (i32.eq (local.get $token) (global.get $T_BREAK))
    (then (return (call $jump (global.get $K_BREAK_STATEMENT)))))
  (if (i32.eq (local.get $token) (global.get $T_THROW)) (then (return (call $begin_throw))))
  (if (i32.eq (local.get $token) (global.get $T_SWITCH)) (then (return (call $begin_switch))))
  (if (i32.eq (local.get $token) (global.get $T_WHILE)) (then (return (call $begin_while))))
  (if (i32.eq (local.get $token) (global.get $T_TRY)) (then (return (call $begin_try))))
  (if (i32.eq (local.get $token) (global.get $T_CONTINUE))
    (then (return (call $jump (global.get $K_CONTINUE_STATEMENT)))))
  (if (i32.eq (local.get $token) (global.get $T_CLASS))
    (then (return (call $begin_class_declaration (i32.const 0)))))
  (if (i32.eq (local.get $token) (global.get $T_DO)) (then (return (call $begin_do))))
  (if (i32.eq (local.get $token) (global.get $T_IMPORT)) (then (return (call $import_statement))))
  (if (i32.eq (local.get $token) (global.get $T_EXPORT)) (then (return (call $begin_export))))
  (if (i32.eq (local.get $token) (global.get $T_DEBUGGER))
    (then
      (call $next!)
      (call $expect_semicolon!)
      (call $emit_0! (global.get $K_DEBUGGER_STATEMENT) (local.get $start))
      (return (call $resume!))))
  (if (i32.eq (local.get $token) (global.get $T_WITH)) (then (return (call $begin_with))))
  (if (i32.eq (local.get $token) (global.get $T_ENUM))
    (then (call $refuse_token (global.get $E_TYPE_SCRIPT))))
  (call $expression_statement))

;; Blocks, in a scope of their own or not.
;;   first: whether they are in one
(func $begin_block (param $is_scope i32) (result i32)
  (call $push! (global.get $S_AFTER_BLOCK_ITEM) (global.get $token_start))
  (call $set_first! (local.get $is_scope))
  (call $add_context! (global.get $C_BLOCK))
  (if (local.get $is_scope) (then (call $open_scope (global.get $SCOPE_BLOCK))))
  (call $expect! (global.get $T_LEFT_BRACE))
  (call $begin_weighing!)
  (call $block_item))

(func $after_block_item (result i32)
  (call $link!)
  (call $weigh_item!)
  (call $block_item))

(func $block_item (result i32)
  (if
    (i32.or (call $peek! (global.get $T_RIGHT_BRACE)) (call $peek! (global.get $T_END)))
    (then
      (call $expect_close! (global.get $T_RIGHT_BRACE) (call $start!))
      (call $end_weighing!)
      (if (call $first!) (then (call $close_scope)))
      (call $emit_1! (global.get $K_BLOCK_STATEMENT) (call $start!) (call $head!))
      (call $leave_bracket!)
      (return (call $resume!))))
  (global.get $S_STATEMENT))

;; `keyword ( expression )`, of which the keyword is at hand.
(func $begin_head (param $state i32) (result i32)
  (call $push! (local.get $state) (global.get $token_start))
  (call $next!)
  (call $expect! (global.get $T_LEFT_PAREN))
  (call $begin_expression!))

(func $begin_if (result i32)
  (call $begin_head (global.get $S_AFTER_IF_TEST)))

(func $after_if_test (result i32)
  (call $set_first! (global.get $node))
  (call $expect! (global.get $T_RIGHT_PAREN))
  (call $then! (global.get $S_AFTER_CONSEQUENT_BODY))
  (call $begin_branch))

;; A branch of `if`, which in sloppy code may be a function as if it stood in a block.
(func $begin_branch (result i32)
  (if (call $peek! (global.get $T_FUNCTION))
    (then
      (if (i32.eqz (call $has! (global.get $C_STRICT)))
        (then
          (call $push! (global.get $S_AFTER_BRANCH_FUNCTION) (global.get $token_start))
          (call $open_scope (global.get $SCOPE_BLOCK))
          (call $add_context! (global.get $C_BLOCK))
          (return (call $begin_plain_function))))))
  (global.get $S_SINGLE_STATEMENT))

(func $after_branch_function (result i32)
  (call $close_scope)
  (call $leave_bracket!)
  (call $resume!))

(func $after_consequent_body (result i32)
  (call $check_body!)
  (call $set_second! (global.get $node))
  (global.set $node (i32.const 0))
  (if (call $eat! (global.get $T_ELSE))
    (then
      (call $then! (global.get $S_AFTER_ALTERNATE_BODY))
      (return (call $begin_branch))))
  (call $end_if))

(func $after_alternate_body (result i32)
  (call $check_body!)
  (call $end_if))

(func $end_if (result i32)
  (call $emit_3!
    (global.get $K_IF_STATEMENT) (call $start!)
    (call $first!) (call $second!) (global.get $node))
  (call $pop!)
  (call $resume!))

(func $begin_return (result i32)
  (if (i32.eqz (call $has! (global.get $C_FUNCTION)))
    (then (call $refuse_token (global.get $E_RETURN_PLACE))))
  (call $push! (global.get $S_AFTER_RETURN) (global.get $token_start))
  (call $next!)
  (if
    (i32.or
      (call $peek_range! (global.get $T_RIGHT_BRACE) (global.get $T_SEMICOLON))
      (i32.or (call $after_newline!) (call $peek! (global.get $T_END))))
    (then
      (global.set $node (i32.const 0))
      (return (call $after_return))))
  (call $begin_expression!))

(func $after_return (result i32)
  (call $expect_semicolon!)
  (call $emit_1! (global.get $K_RETURN_STATEMENT) (call $start!) (global.get $node))
  (call $pop!)
  (call $resume!))

(func $begin_throw (result i32)
  (call $push! (global.get $S_AFTER_THROW) (global.get $token_start))
  (call $next!)
  (if (call $after_newline!) (then (call $refuse_token (global.get $E_THROW_NEWLINE))))
  (call $begin_expression!))

(func $after_throw (result i32)
  (call $expect_semicolon!)
  (call $emit_1! (global.get $K_THROW_STATEMENT) (call $start!) (global.get $node))
  (call $pop!)
  (call $resume!))

;; `break` and `continue`: the token at hand.
(func $jump (param $kind i32) (result i32)
  (local $start i32)
  (local $stop i32)
  (local $label i32)
  (local $is_continue i32)
  (local.set $start (global.get $token_start))
  (local.set $stop (global.get $token_stop))
  (local.set $is_continue (i32.eq (local.get $kind) (global.get $K_CONTINUE_STATEMENT)))
  (call $next!)
  (if (call $peek_name!)
    (then
      (if (i32.eqz (call $after_newline!))
        (then
          (call $check_name)
          (call $take_leaf (global.get $K_IDENTIFIER))
          (local.set $label (global.get $node))
          (call $use_label (local.get $label) (local.get $is_continue))))))
  (if (i32.eqz (call $has! (global.get $C_LOOP)))
    (then
      (if (local.get $is_continue)
        (then
          (call $refuse (global.get $E_CONTINUE_PLACE) (local.get $start) (local.get $stop)))
        (else
          (if
            (i32.eqz
              (i32.or
                (local.get $label)
                (call $has! (global.get $C_BREAK))))
            (then
              (call $refuse
                (global.get $E_BREAK_PLACE) (local.get $start) (local.get $stop))))))))
  (call $expect_semicolon!)
  (call $emit_1! (local.get $kind) (local.get $start) (local.get $label))
  (call $resume!))

;; The body of a loop.
(func $begin_loop_body! (param $state i32) (result i32)
  (call $then! (local.get $state))
  (call $add_context! (i32.or (global.get $C_LOOP) (global.get $C_BREAK)))
  (global.get $S_SINGLE_STATEMENT))

(func $begin_while (result i32)
  (call $begin_head (global.get $S_AFTER_WHILE_TEST)))

(func $after_while_test (result i32)
  (call $set_first! (global.get $node))
  (call $expect! (global.get $T_RIGHT_PAREN))
  (call $begin_loop_body! (global.get $S_AFTER_WHILE_BODY)))

(func $after_while_body (result i32)
  (call $check_body!)
  (call $emit_2!
    (global.get $K_WHILE_STATEMENT) (call $start!) (call $first!) (global.get $node))
  (call $leave_bracket!)
  (call $resume!))

(func $begin_do (result i32)
  (call $push! (i32.const 0) (global.get $token_start))
  (call $next!)
  (call $begin_loop_body! (global.get $S_AFTER_DO_BODY)))

(func $after_do_body (result i32)
  (call $check_body!)
  (call $set_first! (global.get $node))
  (global.set $context (i32.load offset=28 (;CONTEXT;) (global.get $frame)))
  (call $expect! (global.get $T_WHILE))
  (call $expect! (global.get $T_LEFT_PAREN))
  (call $then! (global.get $S_AFTER_DO_TEST))
  (call $begin_expression!))

(func $after_do_test (result i32)
  (call $expect! (global.get $T_RIGHT_PAREN))
  ;; A semicolon may always be left out here.
  (drop (call $eat! (global.get $T_SEMICOLON)))
  (call $emit_2!
    (global.get $K_DO_WHILE_STATEMENT) (call $start!) (call $first!) (global.get $node))
  (call $pop!)
  (call $resume!))

(func $begin_with (result i32)
  (if (call $has! (global.get $C_STRICT))
    (then (call $refuse_token (global.get $E_WITH_STRICT))))
  (call $begin_head (global.get $S_AFTER_WITH_OBJECT)))

(func $after_with_object (result i32)
  (call $set_first! (global.get $node))
  (call $expect! (global.get $T_RIGHT_PAREN))
  (call $then! (global.get $S_AFTER_WITH_BODY))
  (global.get $S_SINGLE_STATEMENT))

(func $after_with_body (result i32)
  (call $check_body!)
  (call $emit_2!
    (global.get $K_WITH_STATEMENT) (call $start!) (call $first!) (global.get $node))
  (call $pop!)
  (call $resume!))

;; Loops of `for`.
;;   first, second, third: what its head has; fourth: whether it is `for await`; fifth: whether
;;   its head begins with `let` as a name
(func $begin_for (result i32)
  (local $start i32)
  (call $push! (global.get $S_AFTER_FOR_EXPRESSION) (global.get $token_start))
  (call $set_fourth! (i32.const 0))
  (call $set_fifth! (i32.const 0))
  (call $next!)
  (if (call $peek! (global.get $T_AWAIT))
    (then
      (if (i32.eqz (call $has! (global.get $C_ASYNC)))
        (then (call $refuse_token (global.get $E_AWAIT_CONTEXT))))
      (if (call $has! (global.get $C_TOP))
        (then
          (global.set $header_bits
            (i32.or (global.get $header_bits) (global.get $HEADER_AWAIT)))))
      (call $set_fourth! (i32.const 1))
      (call $next!)))
  (call $expect! (global.get $T_LEFT_PAREN))
  (call $open_scope (global.get $SCOPE_BLOCK))
  (if (call $peek! (global.get $T_SEMICOLON))
    (then
      (global.set $node (i32.const 0))
      (return (call $for_test))))
  (local.set $start (global.get $token_start))
  (if (call $peek! (global.get $T_VAR))
    (then
      (call $next!)
      (return (call $for_declaration (local.get $start) (global.get $D_VARIABLE_VAR)))))
  (if (call $peek! (global.get $T_CONST))
    (then
      (call $next!)
      (return (call $for_declaration (local.get $start) (global.get $D_VARIABLE_CONST)))))
  (call $add_context! (global.get $C_NO_IN))
  (global.set $power (global.get $P_SEQUENCE))
  (if (call $peek! (global.get $T_LET)) (then (return (call $for_let))))
  (if (call $peek! (global.get $T_ASYNC)) (then (return (call $for_async))))
  (global.get $S_OPERAND))

(func $for_declaration (param $start i32) (param $kind i32) (result i32)
  (call $then! (global.get $S_AFTER_FOR_DECLARATION))
  (call $begin_declaration (local.get $start) (local.get $kind) (i32.const 1)))

;; `let` is at hand: a declaration, or a name.
(func $for_let (result i32)
  (local $start i32)
  (local $stop i32)
  (local.set $start (global.get $token_start))
  (local.set $stop (global.get $token_stop))
  (call $next!)
  (if
    (i32.or
      (call $peek_name!)
      (i32.or
        (call $peek! (global.get $T_LEFT_BRACKET)) (call $peek! (global.get $T_LEFT_BRACE))))
    (then
      (global.set $context (i32.load offset=28 (;CONTEXT;) (global.get $frame)))
      (return (call $for_declaration (local.get $start) (global.get $D_VARIABLE_LET)))))
  (call $set_fifth! (i32.const 1))
  (call $check_name_as (global.get $T_LET) (local.get $start) (local.get $stop))
  (call $emit_name (local.get $start) (local.get $stop) (i32.const 0))
  (call $suffix))

;; `async` is at hand: `for (async of` is none but behind `await`.
(func $for_async (result i32)
  (local $start i32)
  (local $stop i32)
  (local.set $start (global.get $token_start))
  (local.set $stop (global.get $token_stop))
  (call $next!)
  (if (call $peek! (global.get $T_OF))
    (then
      (if (call $fourth!)
        (then
          (call $emit_name (local.get $start) (local.get $stop) (i32.const 0))
          (return (call $after_for_expression))))))
  (call $async_behind (local.get $start) (local.get $stop)))

(func $after_for_declaration (result i32)
  (local $declarator i32)
  (global.set $context (i32.load offset=28 (;CONTEXT;) (global.get $frame)))
  (if
    (i32.eqz (i32.or (call $peek! (global.get $T_IN)) (call $peek! (global.get $T_OF))))
    (then (return (call $for_test))))
  (local.set $declarator (call $one_of! (global.get $node)))
  (if (call $link_of! (local.get $declarator))
    (then (call $refuse_record (global.get $E_FOR_DECLARATIONS) (global.get $node))))
  (if (call $two_of! (local.get $declarator))
    (then
      ;; Only `for (var a = 1 in b)`, in sloppy code.
      (if
        (i32.or
          (i32.or
            (call $peek! (global.get $T_OF))
            (i32.ne (call $has! (global.get $C_STRICT)) (i32.const 0)))
          (i32.or
            (i32.ne (call $data_of! (global.get $node)) (global.get $D_VARIABLE_VAR))
            (i32.ne
              (call $kind_of! (call $one_of! (local.get $declarator)))
              (global.get $K_IDENTIFIER))))
        (then (call $refuse_record (global.get $E_FOR_INITIALIZER) (local.get $declarator))))))
  (call $begin_for_each))

(func $after_for_expression (result i32)
  (global.set $context (i32.load offset=28 (;CONTEXT;) (global.get $frame)))
  (if
    (i32.eqz (i32.or (call $peek! (global.get $T_IN)) (call $peek! (global.get $T_OF))))
    (then (return (call $for_test))))
  (if (call $peek! (global.get $T_OF))
    (then (if (call $fifth!) (then (call $refuse_token (global.get $E_FOR_LET))))))
  (call $make_target (global.get $node))
  (call $begin_for_each))

;; `in` or `of` is at hand, and what is in front of it is in `$node`.
(func $begin_for_each (result i32)
  (local $is_of i32)
  (call $set_first! (global.get $node))
  (local.set $is_of (call $peek! (global.get $T_OF)))
  (if (i32.and (call $fourth!) (i32.eqz (local.get $is_of)))
    (then (call $refuse_token (global.get $E_FOR_AWAIT))))
  (call $set_operator!
    (select
      (call $head_of!
        (global.get $K_FOR_OF_STATEMENT)
        (select (global.get $F_AWAIT) (i32.const 0) (call $fourth!)) (i32.const 0))
      (global.get $K_FOR_IN_STATEMENT)
      (local.get $is_of)))
  (call $next!)
  (call $then! (global.get $S_AFTER_FOR_RIGHT))
  (global.set $power
    (select (global.get $P_ASSIGNMENT) (global.get $P_SEQUENCE) (local.get $is_of)))
  (global.get $S_OPERAND))

(func $after_for_right (result i32)
  (call $set_second! (global.get $node))
  (call $expect! (global.get $T_RIGHT_PAREN))
  (call $begin_loop_body! (global.get $S_AFTER_FOR_EACH_BODY)))

(func $after_for_each_body (result i32)
  (call $check_body!)
  (call $close_scope)
  (call $emit_3! (call $operator!) (call $start!) (call $first!) (call $second!) (global.get $node))
  (call $leave_bracket!)
  (call $resume!))

;; The first semicolon of a head is at hand, and what is in front of it is in `$node`.
(func $for_test (result i32)
  (call $set_first! (global.get $node))
  (if (call $fourth!) (then (call $refuse_token (global.get $E_FOR_AWAIT))))
  (call $expect! (global.get $T_SEMICOLON))
  (if (call $peek! (global.get $T_SEMICOLON))
    (then
      (global.set $node (i32.const 0))
      (return (call $after_for_test))))
  (call $then! (global.get $S_AFTER_FOR_TEST))
  (call $begin_expression!))

(func $after_for_test (result i32)
  (call $set_second! (global.get $node))
  (call $expect! (global.get $T_SEMICOLON))
  (if (call $peek! (global.get $T_RIGHT_PAREN))
    (then
      (global.set $node (i32.const 0))
      (return (call $after_for_update))))
  (call $then! (global.get $S_AFTER_FOR_UPDATE))
  (call $begin_expression!))

(func $after_for_update (result i32)
  (call $set_third! (global.get $node))
  (call $expect! (global.get $T_RIGHT_PAREN))
  (call $begin_loop_body! (global.get $S_AFTER_FOR_BODY)))

(func $after_for_body (result i32)
  (call $check_body!)
  (call $close_scope)
  (call $emit_4!
    (global.get $K_FOR_STATEMENT) (call $start!)
    (call $first!) (call $second!) (call $third!) (global.get $node))
  (call $leave_bracket!)
  (call $resume!))

;; Switches.
;;   first: what is looked at; second: whether there is a default; third, fourth: head and tail of
;;   the statements of a case; fifth: where that begins; sixth: its test
(func $begin_switch (result i32)
  (call $begin_head (global.get $S_AFTER_DISCRIMINANT)))

(func $after_discriminant (result i32)
  (call $set_first! (global.get $node))
  (call $set_second! (i32.const 0))
  (call $expect! (global.get $T_RIGHT_PAREN))
  (call $expect! (global.get $T_LEFT_BRACE))
  (call $open_scope (global.get $SCOPE_BLOCK))
  (call $add_context! (i32.or (global.get $C_BREAK) (global.get $C_BLOCK)))
  (call $case))

(func $case (result i32)
  (call $set_fifth! (global.get $token_start))
  (call $set_third! (i32.const 0))
  (call $set_fourth! (i32.add (global.get $frame) (i32.const 16 (;THIRD;))))
  (if (call $eat! (global.get $T_CASE))
    (then
      (call $then! (global.get $S_AFTER_CASE_TEST))
      (return (call $begin_expression!))))
  (if (call $peek! (global.get $T_DEFAULT))
    (then
      (if (call $second!) (then (call $refuse_token (global.get $E_DEFAULT_TWICE))))
      (call $set_second! (i32.const 1))
      (call $next!)
      (global.set $node (i32.const 0))
      (return (call $after_case_test))))
  (if (i32.eqz (call $peek! (global.get $T_RIGHT_BRACE)))
    (then (call $refuse_token (global.get $E_CASE_EXPECTED))))
  (call $expect! (global.get $T_RIGHT_BRACE))
  (call $close_scope)
  (call $emit_2! (global.get $K_SWITCH_STATEMENT) (call $start!) (call $first!) (call $head!))
  (call $leave_bracket!)
  (call $resume!))

(func $after_case_test (result i32)
  (call $set_sixth! (global.get $node))
  (call $expect! (global.get $T_COLON))
  (call $then! (global.get $S_AFTER_CASE_ITEM))
  (call $case_item))

(func $after_case_item (result i32)
  (i32.store (call $fourth!) (global.get $node))
  (call $set_fourth! (call $next_link! (global.get $node)))
  (call $case_item))

(func $case_item (result i32)
  (if
    (i32.or
      (i32.or (call $peek! (global.get $T_CASE)) (call $peek! (global.get $T_DEFAULT)))
      (i32.or (call $peek! (global.get $T_RIGHT_BRACE)) (call $peek! (global.get $T_END))))
    (then
      (call $emit_2! (global.get $K_SWITCH_CASE) (call $fifth!) (call $sixth!) (call $third!))
      (call $link!)
      (call $then! (global.get $S_CASE))
      (return (global.get $S_CASE))))
  (global.get $S_STATEMENT))

;; `try`.
;;   first: its block; second: its handler
(func $begin_try (result i32)
  (call $push! (global.get $S_AFTER_TRY_BLOCK) (global.get $token_start))
  (call $next!)
  (call $begin_block (i32.const 1)))

(func $after_try_block (result i32)
  (call $set_first! (global.get $node))
  (call $set_second! (i32.const 0))
  (if (call $peek! (global.get $T_CATCH)) (then (return (call $begin_catch))))
  (call $begin_finally))

(func $begin_finally (result i32)
  (if (call $eat! (global.get $T_FINALLY))
    (then
      (call $then! (global.get $S_AFTER_FINALIZER))
      (return (call $begin_block (i32.const 1)))))
  (if (i32.eqz (call $second!)) (then (call $refuse_token (global.get $E_TRY_ALONE))))
  (global.set $node (i32.const 0))
  (call $after_finalizer))

(func $after_finalizer (result i32)
  (call $emit_3!
    (global.get $K_TRY_STATEMENT) (call $start!)
    (call $first!) (call $second!) (global.get $node))
  (call $pop!)
  (call $resume!))

;; The clause is a frame of its own: first: its parameter.
(func $begin_catch (result i32)
  (call $then! (global.get $S_AFTER_HANDLER))
  (call $push! (global.get $S_AFTER_CATCH_PARAMETER) (global.get $token_start))
  (call $next!)
  (call $open_scope (global.get $SCOPE_BLOCK))
  (if (call $eat! (global.get $T_LEFT_PAREN))
    (then
      (global.set $binding
        (select (global.get $SORT_CATCH_NAME) (global.get $SORT_CATCH_PATTERN) (call $peek_name!)))
      (return (call $binding_target))))
  (global.set $node (i32.const 0))
  (call $catch_body))

(func $after_catch_parameter (result i32)
  (call $expect! (global.get $T_RIGHT_PAREN))
  (call $catch_body))

(func $catch_body (result i32)
  (call $set_first! (global.get $node))
  (call $then! (global.get $S_AFTER_CATCH_BODY))
  (call $begin_block (i32.const 0)))

(func $after_catch_body (result i32)
  (call $close_scope)
  (call $emit_2!
    (global.get $K_CATCH_CLAUSE) (call $start!) (call $first!) (global.get $node))
  (call $pop!)
  (call $resume!))

(func $after_handler (result i32)
  (call $set_second! (global.get $node))
  (call $begin_finally))
