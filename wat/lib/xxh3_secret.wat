;; Made by `cargo xtask gen-tables` from xtask/src/gen_tables/xxh3_secret.rs.
;;
;; The default secret of XXH3: bytes without a rule, those of the specification, as the crate
;; twox-hash has them.

(data (i32.const 0 (;SECRET;))
  "\b8\fe\6c\39\23\a4\4b\be\7c\01\81\2c\f7\21\ad\1c"
  "\de\d4\6d\e9\83\90\97\db\72\40\a4\a4\b7\b3\67\1f"
  "\cb\79\e6\4e\cc\c0\e5\78\82\5a\d0\7d\cc\ff\72\21"
  "\b8\08\46\74\f7\43\24\8e\e0\35\90\e6\81\3a\26\4c"
  "\3c\28\52\bb\91\c3\00\cb\88\d0\65\8b\1b\53\2e\a3"
  "\71\64\48\97\a2\0d\f9\4e\38\19\ef\46\a9\de\ac\d8"
  "\a8\fa\76\3f\e3\9c\34\3f\f9\dc\bb\c7\c7\0b\4f\1d"
  "\8a\51\e0\4b\cd\b4\59\31\c8\9f\7e\c9\d9\78\73\64"
  "\ea\c5\ac\83\34\d3\eb\c3\c5\81\a0\ff\fa\13\63\eb"
  "\17\0d\dd\51\b7\f0\da\49\d3\16\55\26\29\d4\68\9e"
  "\2b\16\be\58\7d\47\a1\fc\8f\f8\b8\d1\7a\d0\31\ce"
  "\45\cb\3a\8f\95\16\04\28\af\d7\fb\ca\bb\4b\40\7e")
