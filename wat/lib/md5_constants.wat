;; Made by `cargo xtask gen-tables` from xtask/src/gen_tables/md5_constants.rs.
;;
;; A u32 a step, T of RFC 1321, 3.4: floor(2^32 |sin(i)|) for i from 1 to 64, in radians.

(data (i32.const 0 (;CONSTANTS;))
  "\78\a4\6a\d7\56\b7\c7\e8\db\70\20\24\ee\ce\bd\c1"
  "\af\0f\7c\f5\2a\c6\87\47\13\46\30\a8\01\95\46\fd"
  "\d8\98\80\69\af\f7\44\8b\b1\5b\ff\ff\be\d7\5c\89"
  "\22\11\90\6b\93\71\98\fd\8e\43\79\a6\21\08\b4\49"
  "\62\25\1e\f6\40\b3\40\c0\51\5a\5e\26\aa\c7\b6\e9"
  "\5d\10\2f\d6\53\14\44\02\81\e6\a1\d8\c8\fb\d3\e7"
  "\e6\cd\e1\21\d6\07\37\c3\87\0d\d5\f4\ed\14\5a\45"
  "\05\e9\e3\a9\f8\a3\ef\fc\d9\02\6f\67\8a\4c\2a\8d"
  "\42\39\fa\ff\81\f6\71\87\22\61\9d\6d\0c\38\e5\fd"
  "\44\ea\be\a4\a9\cf\de\4b\60\4b\bb\f6\70\bc\bf\be"
  "\c6\7e\9b\28\fa\27\a1\ea\85\30\ef\d4\05\1d\88\04"
  "\39\d0\d4\d9\e5\99\db\e6\f8\7c\a2\1f\65\56\ac\c4"
  "\44\22\29\f4\97\ff\2a\43\a7\23\94\ab\39\a0\93\fc"
  "\c3\59\5b\65\92\cc\0c\8f\7d\f4\ef\ff\d1\5d\84\85"
  "\4f\7e\a8\6f\e0\e6\2c\fe\14\43\01\a3\a1\11\08\4e"
  "\82\7e\53\f7\35\f2\3a\bd\bb\d2\d7\2a\91\d3\86\eb")
