PRAGMA application_id = 1463963203;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'workbench','m0001_initial','2026-11-24 15:46:49.044488+00:00');
CREATE TABLE artifact (
  -- A document that a run made: a model's weights, a report.
  run_id INTEGER NOT NULL REFERENCES run,
  name TEXT NOT NULL,
  content TEXT NOT NULL,       -- JSON
  PRIMARY KEY (run_id, name)
) STRICT;
INSERT INTO "artifact" VALUES(5,'aggregate','{"run_id": 5, "reused": false, "chosen": "snorkel", "reason": "Snorkel''s fit is stable and in line with the unanimous votes.", "n_examples": 50, "n_fitted": 40, "n_functions": 4, "coverage": 0.88, "conflicts": 0.1, "labelled": 44, "ties": 0, "contradictions": 0, "class_balance": [0.5, 0.5], "scores": [{"model": "majority", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 1.0, "accuracy_low": 0.700854951580456, "accuracy_high": 0.9999999999999999, "macro_f1": 1.0, "accuracy_all": 0.95}, {"model": "dawid-skene", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 1.0, "accuracy_low": 0.700854951580456, "accuracy_high": 0.9999999999999999, "macro_f1": 1.0, "accuracy_all": 0.95}, {"model": "snorkel", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 1.0, "accuracy_low": 0.700854951580456, "accuracy_high": 0.9999999999999999, "macro_f1": 1.0, "accuracy_all": 0.95}], "weights": [{"name": "calls", "weight": 0.9461302347481251, "coverage": 0.26}, {"name": "meals", "weight": 1.0, "coverage": 0.26}, {"name": "offers", "weight": 0.792087011039257, "coverage": 0.36}, {"name": "polite", "weight": 0.8948010299354792, "coverage": 0.5}], "disagreement": {"majority": 0.0, "dawid-skene": 0.0, "snorkel": 0.0}}');
INSERT INTO "artifact" VALUES(5,'columns','{"lf_version_ids": [2, 3, 1, 4], "names": ["calls", "meals", "offers", "polite"]}');
INSERT INTO "artifact" VALUES(6,'train','{"run_id": 6, "reused": false, "chosen": "end", "n_rows": 40, "n_hard": 30, "n_soft": 10, "n_features": 686, "by_origin": {"correction": 0, "annotation": 0, "given": 30, "model": 10}, "scores": [{"model": "end", "n": 10, "n_covered": 10, "coverage": 1.0, "accuracy": 1.0, "accuracy_low": 0.7224672001371107, "accuracy_high": 0.9999999999999999, "macro_f1": 1.0, "accuracy_all": 1.0}, {"model": "dawid-skene", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 1.0, "accuracy_low": 0.700854951580456, "accuracy_high": 0.9999999999999999, "macro_f1": 1.0, "accuracy_all": 0.95}, {"model": "majority", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 1.0, "accuracy_low": 0.700854951580456, "accuracy_high": 0.9999999999999999, "macro_f1": 1.0, "accuracy_all": 0.95}, {"model": "snorkel", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 1.0, "accuracy_low": 0.700854951580456, "accuracy_high": 0.9999999999999999, "macro_f1": 1.0, "accuracy_all": 0.95}], "words": [{"name": "ham", "words": ["327", "number 327", "137", "number 137", "947", "number 947", "757", "number 757"]}, {"name": "spam", "words": ["call", "free", "cash", "cash today", "today", "today number", "win", "win cash"]}]}');
INSERT INTO "artifact" VALUES(7,'propose','{"strategy": "typicality"}');
INSERT INTO "artifact" VALUES(10,'audit','{"run_id": 10, "reused": false, "n_rows": 40, "n_suspects": 4, "error_rate": 0.1, "suspects": [], "by_class": [{"group": "ham", "n": 23, "n_suspects": 0, "rate": 0.0, "low": 0.0, "high": 0.1431166184504268, "ratio": null, "q_value": null}, {"group": "spam", "n": 17, "n_suspects": 4, "rate": 0.23529411764705882, "low": 0.0955504432208012, "high": 0.4726179811956498, "ratio": null, "q_value": null}], "by": null, "by_group": []}');
INSERT INTO "artifact" VALUES(11,'diagnose','{"run_id": 11, "n_examples": 50, "by_role": {"train": 40, "production": 0, "evaluation": 10}, "n_labelled": 40, "lenses": [{"name": "duplicates", "verdict": "severe", "finding": "42 of 50 rows (84.0%) repeat another: 10 exactly, 32 nearly; 7 clusters straddle the roles, 10 evaluation rows among them; 3 hold two labels", "advice": "scores on evaluation rows that repeat training rows flatter: leave those out"}, {"name": "class imbalance", "verdict": "none", "finding": "spam has 17 rows (42.5%), 1 to 1; as uncertain as 2.0 equal classes of 2; out-of-fold accuracy 62.5%, macro-F1 0.48", "advice": "nothing to do"}, {"name": "label noise", "verdict": "severe", "finding": "4 of 40 labels are doubted (10.0%); most in spam: 23.5% [9.6%, 47.3%]", "advice": "compare the vendors (workbench audit --by vendor), then review the suspects"}, {"name": "distribution shift", "verdict": "cannot tell", "finding": "there are no production rows", "advice": "import some: workbench import FILE --role production"}], "classes": [{"name": "ham", "n": 23, "share": 0.575, "precision": 0.6052631578947368, "precision_low": 0.4471786799604255, "precision_high": 0.744019242518399, "recall": 1.0, "recall_low": 0.8568833815495732, "recall_high": 1.0, "f1": 0.7540983606557377}, {"name": "spam", "n": 17, "share": 0.425, "precision": 1.0, "precision_low": 0.3423802275066532, "precision_high": 1.0, "recall": 0.11764705882352941, "recall_low": 0.03287977376379267, "recall_high": 0.34336350594885867, "f1": 0.21052631578947367}], "imbalance": {"ratio": 1.3529411764705883, "effective": 1.97754189985451, "accuracy": 0.625, "balanced_accuracy": 0.5588235294117647, "macro_f1": 0.48231233822260566, "majority_baseline": 0.575}, "shift": null, "duplicates": {"n_rows": 42, "n_exact": 10, "n_near": 32, "n_clusters": 8, "leaking_clusters": 7, "leaked_evaluation_rows": 10, "conflicting_clusters": 3}, "audit_run_id": 10}');
CREATE TABLE belief_block (
  -- What a model believes of the examples start_id … start_id + n - 1.
  run_id INTEGER NOT NULL REFERENCES run,
  model TEXT NOT NULL,         -- majority, snorkel, dawid-skene, end, out-of-fold
  start_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  n_classes INTEGER NOT NULL,
  probs BLOB NOT NULL,         -- float32 little-endian, n rows of n_classes
  top BLOB NOT NULL,           -- a row: class uint16 (65535 = no unique top class), probability in 65535ths uint16
  PRIMARY KEY (run_id, model, start_id)
) STRICT;
INSERT INTO "belief_block" VALUES(5,'majority',1,50,2,X'0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F000000000000803F000000000000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F',X'0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0000FFFFFFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF');
INSERT INTO "belief_block" VALUES(5,'dawid-skene',1,50,2,X'FB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903EFB5B663F2420CD3D0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343F',X'00005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB700005BE6FFFF008001004AC200005BE60100DCE10000ECB7010045B4');
INSERT INTO "belief_block" VALUES(5,'snorkel',1,50,2,X'F8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63DF8647F3FAE071B3B0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473F',X'000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1000064FFFFFF0080010096FA000064FF01006DFE00003EE1010022C7');
INSERT INTO "belief_block" VALUES(6,'end',1,50,2,X'3595783F6059ED3CD9CADF3DA506643F9C19783F77CCFC3C65063A3F37F38B3E6F04773F10B90F3D2A95F23D5BAD613F7F27783F2A10FB3C733CE63D7238633F025E783FB13FF43C4555E33D5795633FEC17783F7202FD3CA24CEC3D6C76623F5F27773F158A0D3D8EAC2C3FE5A6A63E61F5773FF7A9003DA228F33DEC9A613F4C2A783F81B6FA3CD2E1D03DC6E3653FCFE1773F14E3013D9D78DC3DEC70643F738B773FCD48073D3620F13DF9DB613FDDE9773F3462013D11B9343FDF8D963E5003783F0896FF3C60AFE63D142A633F8C2F783F830EFA3CE991EE3DC32D623F312D783FDA59FA3C17E6EA3D3DA3623FD7C6783F2B25E73C9304E53D6E5F633FE824773F84B10D3DC7FA333F720A983E5D72773F2DDA083DA6C7E03D0BE7633FBBA4763F56B4153DE58E063E475C5E3FCA31783FBCC6F93C3DF6EB3D3881623F3595783F6059ED3CD9CADF3DA506643F9C19783F77CCFC3C6F04773F10B90F3D7F27783F2A10FB3C733CE63D7238633F025E783FB13FF43C4555E33D5795633FEC17783F7202FD3CA24CEC3D6C76623F',X'000094F8010006E4000019F8000006BA000003F70100ACE1000027F8010038E300005DF8010094E3000017F8010076E2000026F70000ACAC0000F4F701009AE1000029F80100E3E50000E1F7010070E400008AF70100DBE10000E9F70000B8B4000002F8010029E300002FF801002DE200002CF80100A2E20000C6F801005FE3000024F70000FAB3000071F70100E6E30000A4F601005BDE000031F8010080E2000094F8010006E4000019F8000003F7000027F8010038E300005DF8010094E3000017F8010076E2');
INSERT INTO "belief_block" VALUES(10,'out-of-fold',1,50,2,X'2CF6373FA713903E1CF1033FC71DF83EDF8F3B3F42E0883E76D2543F28B62C3EFCE3073F0738F03E5AF11E3F4D1DC23ECB6C373F6926913E409F143F80C1D63E0CCE353FE963943E2BBCFC3EEAA1013F466C3C3F7327873E03784E3FF41F463EF926093F0FB2ED3E04E8253FF92FB43EA4C1393FB77C8C3E774F153F1161D53E3EEC353F8427943EE96FFA3E0BC8023FD8B73C3F5090863E62E5493F796A583E21F80E3FBD0FE23E5E4A1D3F446BC53E0CDF373FE841903E2C851E3FA9F5C23E8C5A373FE84A913ED93C023F4F86FB3E167C393FD4078D3E58E44E3FA16E443E2E6E0F3FA423E13E5B471C3F4B71C73ED1C6383F5D728E3EB06B153FA128D53EB194333F9ED6983E29A1093FADBDEC3E6DAD3A3F26A58A3ED1074D3FBBE04B3EE022063F40BAF33E4F9B223F63C9BA3ED4273A3F57B08B3EC3D3163F7A58D23E0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000',X'0000F5B70000F18300008FBB0000D2D40000E3870000F19E00006CB700009F940000CDB50100A18100006CBC000077CE000026890000E7A50000C1B900004F950000ECB50100C8820000B7BC0000E5C90000F88E00004A9D0000DEB70000859E00005AB700003C8200007BB90000E4CE00006E8F0000479C0000C6B800006B95000094B30000A1890000ADBA000007CD0000228600009BA2000027BA0000D396FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000');
CREATE TABLE class (
  -- The label set: 0..K-1 in code, a name for people.
  class_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  run_id INTEGER NOT NULL REFERENCES run
) STRICT;
INSERT INTO "class" VALUES(0,'ham',1);
INSERT INTO "class" VALUES(1,'spam',1);
CREATE TABLE duplicate (
  -- An example that nearly repeats another, its cluster's representative.
  run_id INTEGER NOT NULL REFERENCES run,
  example_id INTEGER NOT NULL REFERENCES example,
  representative_id INTEGER NOT NULL REFERENCES example,
  similarity REAL NOT NULL,    -- Jaccard, of character shingles
  exact INTEGER NOT NULL,      -- 1: equal after folding
  PRIMARY KEY (run_id, example_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "duplicate" VALUES(11,9,1,0.84,0);
INSERT INTO "duplicate" VALUES(11,10,2,0.8,0);
INSERT INTO "duplicate" VALUES(11,11,3,0.8,0);
INSERT INTO "duplicate" VALUES(11,12,4,0.76,0);
INSERT INTO "duplicate" VALUES(11,13,5,8.14814814814814769583e-01,0);
INSERT INTO "duplicate" VALUES(11,14,6,0.8125,0);
INSERT INTO "duplicate" VALUES(11,15,7,8.18181818181818232282e-01,0);
INSERT INTO "duplicate" VALUES(11,16,8,7.93103448275862099592e-01,0);
INSERT INTO "duplicate" VALUES(11,17,1,0.84,0);
INSERT INTO "duplicate" VALUES(11,18,2,0.8,0);
INSERT INTO "duplicate" VALUES(11,19,3,0.8,0);
INSERT INTO "duplicate" VALUES(11,20,4,0.76,0);
INSERT INTO "duplicate" VALUES(11,21,5,7.85714285714285698425e-01,0);
INSERT INTO "duplicate" VALUES(11,22,6,0.8125,0);
INSERT INTO "duplicate" VALUES(11,23,7,8.18181818181818232282e-01,0);
INSERT INTO "duplicate" VALUES(11,24,8,7.93103448275862099592e-01,0);
INSERT INTO "duplicate" VALUES(11,25,1,0.875,0);
INSERT INTO "duplicate" VALUES(11,26,2,8.62068965517241325713e-01,0);
INSERT INTO "duplicate" VALUES(11,27,3,8.62068965517241325713e-01,0);
INSERT INTO "duplicate" VALUES(11,28,4,0.76,0);
INSERT INTO "duplicate" VALUES(11,29,5,7.85714285714285698425e-01,0);
INSERT INTO "duplicate" VALUES(11,30,6,0.8125,0);
INSERT INTO "duplicate" VALUES(11,31,7,0.875,0);
INSERT INTO "duplicate" VALUES(11,32,8,8.57142857142857095276e-01,0);
INSERT INTO "duplicate" VALUES(11,33,1,0.84,0);
INSERT INTO "duplicate" VALUES(11,34,2,0.8,0);
INSERT INTO "duplicate" VALUES(11,35,3,0.8,0);
INSERT INTO "duplicate" VALUES(11,36,4,0.76,0);
INSERT INTO "duplicate" VALUES(11,37,5,8.14814814814814769583e-01,0);
INSERT INTO "duplicate" VALUES(11,38,6,8.66666666666666696272e-01,0);
INSERT INTO "duplicate" VALUES(11,39,7,8.18181818181818232282e-01,0);
INSERT INTO "duplicate" VALUES(11,40,8,7.93103448275862099592e-01,0);
INSERT INTO "duplicate" VALUES(11,41,1,1.0,1);
INSERT INTO "duplicate" VALUES(11,42,2,1.0,1);
INSERT INTO "duplicate" VALUES(11,43,3,1.0,1);
INSERT INTO "duplicate" VALUES(11,44,5,1.0,1);
INSERT INTO "duplicate" VALUES(11,45,7,1.0,1);
INSERT INTO "duplicate" VALUES(11,46,8,1.0,1);
INSERT INTO "duplicate" VALUES(11,47,1,0.84,1);
INSERT INTO "duplicate" VALUES(11,48,2,0.8,1);
INSERT INTO "duplicate" VALUES(11,49,3,0.8,1);
INSERT INTO "duplicate" VALUES(11,50,4,0.76,1);
CREATE TABLE event (
  -- The log of human decisions. Undo and redo are events too; nothing is taken back by removal.
  event_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  annotator TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('label', 'skip', 'flag', 'keep', 'relabel', 'undo', 'redo')),
  run_id INTEGER NOT NULL REFERENCES run,         -- the session
  example_id INTEGER REFERENCES example,
  class_id INTEGER REFERENCES class,
  seconds REAL,                                   -- the time it took
  batch_run_id INTEGER REFERENCES run,            -- the proposal or audit that asked
  guideline_id INTEGER REFERENCES guideline,
  note TEXT,
  target_id INTEGER REFERENCES event,             -- of undo and redo
  hash BLOB NOT NULL                              -- SHA-256 of the previous hash and this row: a chain
) STRICT;
INSERT INTO "event" VALUES(1,'2026-11-24T15:46:50.188310+00:00','ana','label',8,1,0,1.5,NULL,NULL,NULL,NULL,X'A51F34F5A4472906F4D7A6DD70D30FBA93D3B1BC9235D5866D6A14F74A79FCCD');
INSERT INTO "event" VALUES(2,'2026-11-24T15:46:50.188857+00:00','ana','label',8,5,0,1.5,NULL,NULL,NULL,NULL,X'B4089A00D80731C6322B518991FB5210BDD41472BB237EE1FCC6070F12A8A856');
INSERT INTO "event" VALUES(3,'2026-11-24T15:46:50.189285+00:00','ana','label',8,9,0,1.5,NULL,NULL,NULL,NULL,X'32DFD27E24554A9DE19F2E4D2E45B6114A140F87712AD425A604AB313B128698');
INSERT INTO "event" VALUES(4,'2026-11-24T15:46:50.189749+00:00','bo','label',9,5,1,NULL,NULL,NULL,'sure',NULL,X'BED0EAEFA8E1824B3333070B6E437D91D658A3E6DF96875F62963CBDA20BFC10');
INSERT INTO "event" VALUES(5,'2026-11-24T15:46:50.190129+00:00','bo','skip',9,7,NULL,NULL,NULL,NULL,NULL,NULL,X'6A4A6FD09CD221D0479C098A0791EE9B11E22E9AF3CA9E580785F555F458FB99');
INSERT INTO "event" VALUES(6,'2026-11-24T15:46:50.190457+00:00','bo','flag',9,8,NULL,NULL,NULL,NULL,NULL,NULL,X'F452BA6E07AC869E4DE3D05209883B4B5E467BBCB21534F6BFD166F3104E024F');
INSERT INTO "event" VALUES(7,'2026-11-24T15:46:50.190948+00:00','ana','undo',8,9,NULL,NULL,NULL,NULL,NULL,3,X'93A898E992CCD1E66687F4C8971825A3E801CA58DB2DD2025C20338F03BD40A5');
INSERT INTO "event" VALUES(8,'2026-11-24T15:46:50.191326+00:00','ana','undo',8,5,NULL,NULL,NULL,NULL,NULL,2,X'6B9229ED58AB9ACDA38C02EF8EA5D5E0F38BA4466B01498B45880DE0D4647762');
INSERT INTO "event" VALUES(9,'2026-11-24T15:46:50.191805+00:00','ana','redo',8,5,NULL,NULL,NULL,NULL,NULL,2,X'54EA9E324DE720E1501B2305E2E39064C13B145554CB19A59BE1C26BF91BC155');
INSERT INTO "event" VALUES(10,'2026-11-24T15:46:50.192335+00:00','ana','relabel',8,4,1,NULL,NULL,NULL,NULL,NULL,X'7B111EA6C1A075B3D1680E164B48E3B5AC9C6A3F51BEE313404B5228B736A784');
INSERT INTO "event" VALUES(11,'2026-11-24T15:46:50.192674+00:00','ana','keep',8,6,1,NULL,NULL,NULL,NULL,NULL,X'F38E8D80DF8E8EC6D005CFE461A95B7446B3E2D20B136D7507379AF966C54C70');
CREATE TABLE example (
  -- One row of text; its content is in example_text, so that a text can be removed for good.
  example_id INTEGER PRIMARY KEY,  -- 1, 2, 3 … without a gap
  uid TEXT NOT NULL UNIQUE,        -- the user's id, or a hash of source and content
  source_id INTEGER NOT NULL REFERENCES source,
  row INTEGER NOT NULL,            -- in the file, 1 for the first row of data
  given_class INTEGER REFERENCES class,  -- the label that came with the row
  batch TEXT,
  vendor TEXT,
  metadata TEXT,                   -- JSON: the file's other columns
  content_hash BLOB NOT NULL       -- BLAKE2b-128 of the text
) STRICT;
INSERT INTO "example" VALUES(1,'r0',1,1,NULL,NULL,'good',NULL,X'CB7D91EC2097BD81F06E4FEE9D05D75F');
INSERT INTO "example" VALUES(2,'r1',1,2,1,NULL,'good',NULL,X'5F4FA22F735D936156B6F43232DE22BA');
INSERT INTO "example" VALUES(3,'r2',1,3,0,NULL,'good',NULL,X'9F8EA2E81FA011E60361EF709359AE6B');
INSERT INTO "example" VALUES(4,'r3',1,4,0,NULL,'bad',NULL,X'9D3C345B74A61EBD957613FC4137E4F7');
INSERT INTO "example" VALUES(5,'r4',1,5,NULL,NULL,'good',NULL,X'3A4DB033085E6B93C77522A14C8BA711');
INSERT INTO "example" VALUES(6,'r5',1,6,1,NULL,'bad',NULL,X'C4B04948541EF279CB10879418154A2F');
INSERT INTO "example" VALUES(7,'r6',1,7,0,NULL,'good',NULL,X'8B20E2A2380E388B86646451A4A70AD0');
INSERT INTO "example" VALUES(8,'r7',1,8,1,NULL,'good',NULL,X'259F6430D95BAE31517DA733035C77A2');
INSERT INTO "example" VALUES(9,'r8',1,9,NULL,NULL,'good',NULL,X'A97F868D4E6C7BC9D39FBF5178B969C1');
INSERT INTO "example" VALUES(10,'r9',1,10,1,NULL,'good',NULL,X'54090C07B5F2B5B1B452D407E5848F37');
INSERT INTO "example" VALUES(11,'r10',1,11,0,NULL,'good',NULL,X'FC62B9E2E0613C04AE8B091EE5924414');
INSERT INTO "example" VALUES(12,'r11',1,12,1,NULL,'good',NULL,X'01B5043247E0718CB46F1001EF7AEC22');
INSERT INTO "example" VALUES(13,'r12',1,13,NULL,NULL,'good',NULL,X'D31F2FD5E5628CDC673C375EFB81684F');
INSERT INTO "example" VALUES(14,'r13',1,14,0,NULL,'bad',NULL,X'B5F1E3F75ABAE802B7314E0E30CE2B2E');
INSERT INTO "example" VALUES(15,'r14',1,15,0,NULL,'good',NULL,X'3580EB5F15A4DB4E3E26C4CD01D92578');
INSERT INTO "example" VALUES(16,'r15',1,16,1,NULL,'bad',NULL,X'51FFA3E7DC180CC01C3C267452C9BC8F');
INSERT INTO "example" VALUES(17,'r16',1,17,NULL,NULL,'good',NULL,X'E9AAFB359B3B6E5387DAC79B86B34D8A');
INSERT INTO "example" VALUES(18,'r17',1,18,1,NULL,'good',NULL,X'2B2C746C4028E78C3314D0C56DD3902E');
INSERT INTO "example" VALUES(19,'r18',1,19,0,NULL,'good',NULL,X'9F7DDA3C452F67132962E503E0E1966F');
INSERT INTO "example" VALUES(20,'r19',1,20,1,NULL,'good',NULL,X'29F4EE057D72CB460C7984803679D418');
INSERT INTO "example" VALUES(21,'r20',1,21,NULL,NULL,'good',NULL,X'4AD315A2ED2010B53EE5F8D923C05261');
INSERT INTO "example" VALUES(22,'r21',1,22,1,NULL,'good',NULL,X'311E03D2B37B704CE0DDA59B0BF1EA7E');
INSERT INTO "example" VALUES(23,'r22',1,23,0,NULL,'good',NULL,X'92B1E186EC9FBABD342EB9636EEBCE9E');
INSERT INTO "example" VALUES(24,'r23',1,24,0,NULL,'bad',NULL,X'CAE176A3300DD1CF39157C8F4325251C');
INSERT INTO "example" VALUES(25,'r24',1,25,NULL,NULL,'good',NULL,X'2FE68BBF2E40D9BAFB256C0A0AA74FE9');
INSERT INTO "example" VALUES(26,'r25',1,26,1,NULL,'bad',NULL,X'685CD39A37B491DD92175D817437F3F9');
INSERT INTO "example" VALUES(27,'r26',1,27,0,NULL,'good',NULL,X'E8A8C439EA8C07A5E6D9D273D0FFA0BE');
INSERT INTO "example" VALUES(28,'r27',1,28,1,NULL,'good',NULL,X'F27BA1B63339ACD7D379782FD6DC807B');
INSERT INTO "example" VALUES(29,'r28',1,29,NULL,NULL,'good',NULL,X'719271E982B5B443D1E8984B3E5F524B');
INSERT INTO "example" VALUES(30,'r29',1,30,1,NULL,'good',NULL,X'96F5E2C668D9BD54256198BD6F938478');
INSERT INTO "example" VALUES(31,'r30',1,31,0,NULL,'good',NULL,X'F8EF3A3B61D27C48C372C218C10E407B');
INSERT INTO "example" VALUES(32,'r31',1,32,1,NULL,'good',NULL,X'B12778B9E445CEBE5F0BE8BCC729D948');
INSERT INTO "example" VALUES(33,'r32',1,33,NULL,NULL,'good',NULL,X'6F0E48EB04B05504DBB6C5F1EBB87BB4');
INSERT INTO "example" VALUES(34,'r33',1,34,0,NULL,'bad',NULL,X'317955B18A4AC6446A602D867F9F0943');
INSERT INTO "example" VALUES(35,'r34',1,35,0,NULL,'good',NULL,X'285B38819E8E610BC93DCDD9246D2833');
INSERT INTO "example" VALUES(36,'r35',1,36,1,NULL,'bad',NULL,X'E28D79E8A7366EB62F7CF80EDBD10D07');
INSERT INTO "example" VALUES(37,'r36',1,37,NULL,NULL,'good',NULL,X'03B42BD31E43A0C2D389B5909709A352');
INSERT INTO "example" VALUES(38,'r37',1,38,1,NULL,'good',NULL,X'3E2F815108F1283B30447F9AA9016C99');
INSERT INTO "example" VALUES(39,'r38',1,39,0,NULL,'good',NULL,X'FD85874F059CC63F05DA0390AB506932');
INSERT INTO "example" VALUES(40,'r39',1,40,1,NULL,'good',NULL,X'A174FFC2EBE2EC5CEF80C148D4758F12');
INSERT INTO "example" VALUES(41,'er0',2,1,0,NULL,'good',NULL,X'CB7D91EC2097BD81F06E4FEE9D05D75F');
INSERT INTO "example" VALUES(42,'er1',2,2,1,NULL,'good',NULL,X'5F4FA22F735D936156B6F43232DE22BA');
INSERT INTO "example" VALUES(43,'er2',2,3,0,NULL,'good',NULL,X'9F8EA2E81FA011E60361EF709359AE6B');
INSERT INTO "example" VALUES(44,'er4',2,4,0,NULL,'good',NULL,X'3A4DB033085E6B93C77522A14C8BA711');
INSERT INTO "example" VALUES(45,'er6',2,5,0,NULL,'good',NULL,X'8B20E2A2380E388B86646451A4A70AD0');
INSERT INTO "example" VALUES(46,'er7',2,6,1,NULL,'good',NULL,X'259F6430D95BAE31517DA733035C77A2');
INSERT INTO "example" VALUES(47,'er8',2,7,0,NULL,'good',NULL,X'A97F868D4E6C7BC9D39FBF5178B969C1');
INSERT INTO "example" VALUES(48,'er9',2,8,1,NULL,'good',NULL,X'54090C07B5F2B5B1B452D407E5848F37');
INSERT INTO "example" VALUES(49,'er10',2,9,0,NULL,'good',NULL,X'FC62B9E2E0613C04AE8B091EE5924414');
INSERT INTO "example" VALUES(50,'er11',2,10,1,NULL,'good',NULL,X'01B5043247E0718CB46F1001EF7AEC22');
CREATE TABLE example_text (
  example_id INTEGER PRIMARY KEY REFERENCES example,
  content TEXT NOT NULL
) STRICT;
INSERT INTO "example_text" VALUES(1,'see you at lunch number 0');
INSERT INTO "example_text" VALUES(2,'free prize call now number 919');
INSERT INTO "example_text" VALUES(3,'are you coming home number 838');
INSERT INTO "example_text" VALUES(4,'win cash today number 757');
INSERT INTO "example_text" VALUES(5,'thanks for dinner number 676');
INSERT INTO "example_text" VALUES(6,'claim your free phone number 595');
INSERT INTO "example_text" VALUES(7,'the meeting is at noon number 514');
INSERT INTO "example_text" VALUES(8,'urgent call this number number 433');
INSERT INTO "example_text" VALUES(9,'see you at lunch number 352');
INSERT INTO "example_text" VALUES(10,'free prize call now number 271');
INSERT INTO "example_text" VALUES(11,'are you coming home number 190');
INSERT INTO "example_text" VALUES(12,'win cash today number 109');
INSERT INTO "example_text" VALUES(13,'thanks for dinner number 28');
INSERT INTO "example_text" VALUES(14,'claim your free phone number 947');
INSERT INTO "example_text" VALUES(15,'the meeting is at noon number 866');
INSERT INTO "example_text" VALUES(16,'urgent call this number number 785');
INSERT INTO "example_text" VALUES(17,'see you at lunch number 704');
INSERT INTO "example_text" VALUES(18,'free prize call now number 623');
INSERT INTO "example_text" VALUES(19,'are you coming home number 542');
INSERT INTO "example_text" VALUES(20,'win cash today number 461');
INSERT INTO "example_text" VALUES(21,'thanks for dinner number 380');
INSERT INTO "example_text" VALUES(22,'claim your free phone number 299');
INSERT INTO "example_text" VALUES(23,'the meeting is at noon number 218');
INSERT INTO "example_text" VALUES(24,'urgent call this number number 137');
INSERT INTO "example_text" VALUES(25,'see you at lunch number 56');
INSERT INTO "example_text" VALUES(26,'free prize call now number 975');
INSERT INTO "example_text" VALUES(27,'are you coming home number 894');
INSERT INTO "example_text" VALUES(28,'win cash today number 813');
INSERT INTO "example_text" VALUES(29,'thanks for dinner number 732');
INSERT INTO "example_text" VALUES(30,'claim your free phone number 651');
INSERT INTO "example_text" VALUES(31,'the meeting is at noon number 570');
INSERT INTO "example_text" VALUES(32,'urgent call this number number 489');
INSERT INTO "example_text" VALUES(33,'see you at lunch number 408');
INSERT INTO "example_text" VALUES(34,'free prize call now number 327');
INSERT INTO "example_text" VALUES(35,'are you coming home number 246');
INSERT INTO "example_text" VALUES(36,'win cash today number 165');
INSERT INTO "example_text" VALUES(37,'thanks for dinner number 84');
INSERT INTO "example_text" VALUES(38,'claim your free phone number 3');
INSERT INTO "example_text" VALUES(39,'the meeting is at noon number 922');
INSERT INTO "example_text" VALUES(40,'urgent call this number number 841');
INSERT INTO "example_text" VALUES(41,'see you at lunch number 0');
INSERT INTO "example_text" VALUES(42,'free prize call now number 919');
INSERT INTO "example_text" VALUES(43,'are you coming home number 838');
INSERT INTO "example_text" VALUES(44,'thanks for dinner number 676');
INSERT INTO "example_text" VALUES(45,'the meeting is at noon number 514');
INSERT INTO "example_text" VALUES(46,'urgent call this number number 433');
INSERT INTO "example_text" VALUES(47,'see you at lunch number 352');
INSERT INTO "example_text" VALUES(48,'free prize call now number 271');
INSERT INTO "example_text" VALUES(49,'are you coming home number 190');
INSERT INTO "example_text" VALUES(50,'win cash today number 109');
CREATE TABLE export (
  run_id INTEGER PRIMARY KEY REFERENCES run,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  format TEXT NOT NULL,
  n_rows INTEGER NOT NULL
) STRICT;
INSERT INTO "export" VALUES(12,'/home/ana/out.csv','69cc8d38eac02074a507c28cd0816b06e30be292eef41c3c1de256b340cfe0c7','csv',40);
CREATE TABLE export_block (
  -- Which label each example had in an export.
  run_id INTEGER NOT NULL REFERENCES run,
  start_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  classes BLOB NOT NULL,       -- uint16 little-endian a row, 65535 = not in it
  PRIMARY KEY (run_id, start_id)
) STRICT;
INSERT INTO "export_block" VALUES(12,1,50,X'0000010000000100000001000000010000000100000001000000000000000100000001000000010000000100000000000000010000000100000001000000010000000000000001000000010000000100FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
CREATE TABLE guideline (
  guideline_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  agent TEXT NOT NULL,
  content TEXT NOT NULL        -- Markdown
) STRICT;
CREATE TABLE lf_error (
  -- The first rows that an LF failed on; lf_run has the exact number.
  run_id INTEGER NOT NULL REFERENCES run,
  lf_version_id INTEGER NOT NULL REFERENCES lf_version,
  example_id INTEGER NOT NULL REFERENCES example,
  type TEXT NOT NULL,
  message TEXT NOT NULL,
  line INTEGER,
  traceback TEXT NOT NULL,
  PRIMARY KEY (run_id, lf_version_id, example_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE lf_run (
  -- What one apply did with one LF version.
  run_id INTEGER NOT NULL REFERENCES run,
  lf_version_id INTEGER NOT NULL REFERENCES lf_version,
  n_rows INTEGER NOT NULL,     -- rows that were new to this version
  n_votes INTEGER NOT NULL,
  n_errors INTEGER NOT NULL,
  seconds REAL NOT NULL,
  quarantined TEXT,            -- why its votes should not be trusted
  PRIMARY KEY (run_id, lf_version_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "lf_run" VALUES(4,1,50,18,0,7.85080001151072792708e-05,NULL);
INSERT INTO "lf_run" VALUES(4,2,50,13,0,5.01760000588547e-05,NULL);
INSERT INTO "lf_run" VALUES(4,3,50,13,0,3.5969000236946158111e-05,NULL);
INSERT INTO "lf_run" VALUES(4,4,50,25,0,2.8391999876475892961e-05,NULL);
CREATE TABLE lf_state (
  -- Which version of a labeling function is in force since a run; no version: withdrawn.
  run_id INTEGER NOT NULL REFERENCES run,
  name TEXT NOT NULL,
  lf_version_id INTEGER REFERENCES lf_version,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "lf_state" VALUES(4,'calls',2);
INSERT INTO "lf_state" VALUES(4,'meals',3);
INSERT INTO "lf_state" VALUES(4,'offers',1);
INSERT INTO "lf_state" VALUES(4,'polite',4);
CREATE TABLE lf_version (
  -- A labeling function at one content hash.
  lf_version_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run,  -- which first met it
  name TEXT NOT NULL,
  version TEXT NOT NULL,       -- hash of its source and all that it uses
  kind TEXT NOT NULL,          -- python, snorkel, keywords, regex, external …
  file TEXT,                   -- in labeling_functions/, or the file of external votes
  line INTEGER,
  source TEXT NOT NULL,        -- the exact text it had
  UNIQUE (name, version)
) STRICT;
INSERT INTO "lf_version" VALUES(1,4,'offers','3123e7834a74ab75d97df0d74d351fbc','keywords','first.py',5,'keywords(''offers'', words=[''free'', ''win'', ''claim''], label=''spam'', column=''text'', whole_words=True, case_sensitive=False)');
INSERT INTO "lf_version" VALUES(2,4,'calls','82d5480ea69d5a18c79a9bee9ca02454','regex','first.py',6,'regex(''calls'', pattern=''call (now|this)'', label=''spam'', column=''text'', case_sensitive=False)');
INSERT INTO "lf_version" VALUES(3,4,'meals','39c76f83380899618bb2e9ddb3ffdbb9','keywords','first.py',7,'keywords(''meals'', words=[''lunch'', ''dinner''], label=''ham'', column=''text'', whole_words=True, case_sensitive=False)');
INSERT INTO "lf_version" VALUES(4,4,'polite','0f7671ad2648e224baabd4f29bf374d2','python','first.py',10,'from workbench import ABSTAIN, keywords, labeling_function, regex



@labeling_function()
def polite(record):
    return "ham" if "thanks" in record.text or "you" in record.text else ABSTAIN');
CREATE TABLE proposal (
  -- A batch that the active learner asked for.
  run_id INTEGER NOT NULL REFERENCES run,
  rank INTEGER NOT NULL,
  example_id INTEGER NOT NULL REFERENCES example,
  score REAL NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (run_id, rank)
) STRICT, WITHOUT ROWID;
INSERT INTO "proposal" VALUES(7,1,7,4.57302404985885813104e-01,'stands for a cluster of 15 rows');
INSERT INTO "proposal" VALUES(7,2,1,4.81806081986485335022e-01,'stands for a cluster of 10 rows');
INSERT INTO "proposal" VALUES(7,3,38,4.97447229645355204485e-01,'stands for a cluster of 9 rows');
INSERT INTO "proposal" VALUES(7,4,26,2.25278377532958984375e-01,'random control');
INSERT INTO "proposal" VALUES(7,5,12,5.49679744583391860501e-01,'stands for a cluster of 5 rows');
CREATE TABLE run (
  -- One activity: an import, an apply, a fit, an annotation session, an export.
  run_id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,          -- init, import, import-votes, apply, aggregate, train, propose, annotate, audit, diagnose, export
  started_at TEXT NOT NULL,    -- UTC, ISO 8601 with microseconds
  agent TEXT NOT NULL,         -- who started it: user@host
  process TEXT NOT NULL,       -- host, process id and its start, by which a crashed run is recognised
  versions TEXT NOT NULL,      -- JSON: workbench, Python and the packages it works with
  parameters TEXT NOT NULL,    -- JSON
  seed INTEGER,
  fingerprint TEXT             -- what the outcome depends on; equal fingerprints, equal outcomes
) STRICT;
INSERT INTO "run" VALUES(1,'init','2026-11-24T15:46:49.045984+00:00','ana@host','host:19279:365411','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"classes": ["ham", "spam"]}',NULL,NULL);
INSERT INTO "run" VALUES(2,'import','2026-11-24T15:46:49.054939+00:00','ana@host','host:19279:365411','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"files": ["train.csv"], "role": "train", "batch": null, "vendor": null, "columns": {"text": "text", "id": "id", "label": "label", "batch": "batch", "vendor": "vendor"}, "encoding": "utf-8", "on_bad_row": "stop"}',NULL,NULL);
INSERT INTO "run" VALUES(3,'import','2026-11-24T15:46:49.057579+00:00','ana@host','host:19279:365411','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"files": ["evaluation.csv"], "role": "evaluation", "batch": null, "vendor": null, "columns": {"text": "text", "id": "id", "label": "label", "batch": "batch", "vendor": "vendor"}, "encoding": "utf-8", "on_bad_row": "stop"}',NULL,NULL);
INSERT INTO "run" VALUES(4,'apply','2026-11-24T15:46:49.185232+00:00','ana@host','host:19279:365411','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"only": [], "workers": 1, "block": 2000}',NULL,NULL);
INSERT INTO "run" VALUES(5,'aggregate','2026-11-24T15:46:49.317460+00:00','ana@host','host:19279:365411','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"model": "auto", "class_balance": null}',0,'2b0081fb76ed86e944057402a42462c5ce19ad848173bff8febf25fb356e43d6');
INSERT INTO "run" VALUES(6,'train','2026-11-24T15:46:49.599106+00:00','ana@host','host:19279:365411','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{}',0,'a829a9ae7c74c05e261c6d6a9106bb635128a5a6ad1350386d2179f966da8dcc');
INSERT INTO "run" VALUES(7,'propose','2026-11-24T15:46:50.091222+00:00','ana@host','host:19279:365411','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"n": 5, "strategy": "auto"}',0,NULL);
INSERT INTO "run" VALUES(8,'annotate','2026-11-24T15:46:50.188128+00:00','ana@host','host:19279:365411','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "ana"}',NULL,NULL);
INSERT INTO "run" VALUES(9,'annotate','2026-11-24T15:46:50.189618+00:00','ana@host','host:19279:365411','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(10,'audit','2026-11-24T15:46:50.194515+00:00','ana@host','host:19279:365411','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"probabilities": null}',0,'33e8988d040e9b91118a3b65906f3a66f76051479a7e5720bf8375c521ed5672');
INSERT INTO "run" VALUES(11,'diagnose','2026-11-24T15:46:50.227801+00:00','ana@host','host:19279:365411','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{}',0,NULL);
INSERT INTO "run" VALUES(12,'export','2026-11-24T15:46:50.260350+00:00','ana@host','host:19279:365411','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"path": "out.csv", "format": "csv", "role": "train"}',NULL,NULL);
CREATE TABLE run_end (
  -- How a run ended. A run without this row is under way, or its process died.
  run_id INTEGER PRIMARY KEY REFERENCES run,
  ended_at TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed', 'cancelled', 'crashed')),
  counts TEXT NOT NULL,        -- JSON: what it read and made, in numbers
  error TEXT                   -- where it failed: the message
) STRICT;
INSERT INTO "run_end" VALUES(1,'2026-11-24T15:46:49.051413+00:00','done','{"classes": 2}',NULL);
INSERT INTO "run_end" VALUES(2,'2026-11-24T15:46:49.056918+00:00','done','{"rows": 40, "added": 40, "known": 0, "skipped": 0}',NULL);
INSERT INTO "run_end" VALUES(3,'2026-11-24T15:46:49.058404+00:00','done','{"rows": 10, "added": 10, "known": 0, "skipped": 0}',NULL);
INSERT INTO "run_end" VALUES(4,'2026-11-24T15:46:49.316176+00:00','done','{"functions": 4, "rows": 200, "votes": 69, "errors": 0, "withdrawn": 0, "script_problems": 0}',NULL);
INSERT INTO "run_end" VALUES(5,'2026-11-24T15:46:49.597538+00:00','done','{"examples": 50, "functions": 4, "covered": 44, "labelled": 44}',NULL);
INSERT INTO "run_end" VALUES(6,'2026-11-24T15:46:50.090069+00:00','done','{"rows": 40, "features": 686}',NULL);
INSERT INTO "run_end" VALUES(7,'2026-11-24T15:46:50.187157+00:00','done','{"rows": 5, "pool": 40}',NULL);
INSERT INTO "run_end" VALUES(8,'2026-11-24T15:46:50.193324+00:00','done','{"decisions": 5}',NULL);
INSERT INTO "run_end" VALUES(9,'2026-11-24T15:46:50.193022+00:00','done','{"decisions": 3}',NULL);
INSERT INTO "run_end" VALUES(10,'2026-11-24T15:46:50.225924+00:00','done','{"rows": 40, "suspects": 4}',NULL);
INSERT INTO "run_end" VALUES(11,'2026-11-24T15:46:50.259029+00:00','done','{"examples": 50, "repeated": 42}',NULL);
INSERT INTO "run_end" VALUES(12,'2026-11-24T15:46:50.262004+00:00','done','{"rows": 40}',NULL);
CREATE TABLE run_input (
  -- The lineage graph: a run read what the input run had made.
  run_id INTEGER NOT NULL REFERENCES run,
  input_run_id INTEGER NOT NULL REFERENCES run,
  PRIMARY KEY (run_id, input_run_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "run_input" VALUES(4,2);
INSERT INTO "run_input" VALUES(4,3);
INSERT INTO "run_input" VALUES(5,4);
INSERT INTO "run_input" VALUES(6,2);
INSERT INTO "run_input" VALUES(6,5);
INSERT INTO "run_input" VALUES(7,2);
INSERT INTO "run_input" VALUES(7,3);
INSERT INTO "run_input" VALUES(7,6);
INSERT INTO "run_input" VALUES(10,2);
INSERT INTO "run_input" VALUES(10,5);
INSERT INTO "run_input" VALUES(10,8);
INSERT INTO "run_input" VALUES(11,2);
INSERT INTO "run_input" VALUES(11,3);
INSERT INTO "run_input" VALUES(11,5);
INSERT INTO "run_input" VALUES(11,8);
INSERT INTO "run_input" VALUES(11,10);
INSERT INTO "run_input" VALUES(12,2);
INSERT INTO "run_input" VALUES(12,5);
INSERT INTO "run_input" VALUES(12,8);
CREATE TABLE setting (
  -- The settings that decide labels, as they were from a moment on; the newest row of a key counts.
  setting_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  key TEXT NOT NULL,           -- label_order, min_confidence
  value TEXT NOT NULL
) STRICT;
INSERT INTO "setting" VALUES(1,'2026-11-24T15:46:49.051783+00:00','label_order','correction,annotation,given,model');
INSERT INTO "setting" VALUES(2,'2026-11-24T15:46:49.051808+00:00','min_confidence','0.5');
CREATE TABLE source (
  -- A file that examples came from.
  source_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run,
  path TEXT NOT NULL,          -- as it was named at the import
  sha256 TEXT NOT NULL,
  format TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('train', 'production', 'evaluation')),
  n_rows INTEGER NOT NULL,     -- rows in the file
  n_added INTEGER NOT NULL     -- examples that the project did not have yet
) STRICT;
INSERT INTO "source" VALUES(1,2,'train.csv','eeb7367cf36069ff03d62cdd16ad82f8df8fe996b2a338ec1f8ca4026e21fd2e','csv','train',40,40);
INSERT INTO "source" VALUES(2,3,'evaluation.csv','e781d78248171ed787f8dc140350936cb1ee104d3073015c188c414b9d4c8f9b','csv','evaluation',10,10);
CREATE TABLE suspect (
  -- An example whose label confident learning doubts: a candidate for review.
  run_id INTEGER NOT NULL REFERENCES run,
  rank INTEGER NOT NULL,
  example_id INTEGER NOT NULL REFERENCES example,
  given_class INTEGER NOT NULL REFERENCES class,      -- the resolved label that is doubted
  suggested_class INTEGER NOT NULL REFERENCES class,
  label_quality REAL NOT NULL,                        -- higher is better
  PRIMARY KEY (run_id, rank)
) STRICT, WITHOUT ROWID;
INSERT INTO "suspect" VALUES(10,1,28,1,0,1.91828262670931504185e-01);
INSERT INTO "suspect" VALUES(10,2,12,1,0,1.93481269015633117192e-01);
INSERT INTO "suspect" VALUES(10,3,36,1,0,0.199099468808915);
INSERT INTO "suspect" VALUES(10,4,20,1,0,2.11343658363986941495e-01);
CREATE TABLE vote_block (
  -- The votes of one LF version on the examples start_id, start_id + 1, … start_id + n - 1.
  lf_version_id INTEGER NOT NULL REFERENCES lf_version,
  start_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  votes BLOB NOT NULL,         -- int8 (int16 little-endian from 128 classes on), -1 = abstain
  run_id INTEGER NOT NULL REFERENCES run,
  PRIMARY KEY (lf_version_id, start_id)
) STRICT;
INSERT INTO "vote_block" VALUES(1,1,50,X'FF01FF01FF01FFFFFF01FF01FF01FFFFFF01FF01FF01FFFFFF01FF01FF01FFFFFF01FF01FF01FFFFFF01FFFFFFFFFF01FF01',4);
INSERT INTO "vote_block" VALUES(2,1,50,X'FF01FFFFFFFFFF01FF01FFFFFFFFFF01FF01FFFFFFFFFF01FF01FFFFFFFFFF01FF01FFFFFFFFFF01FF01FFFFFF01FF01FFFF',4);
INSERT INTO "vote_block" VALUES(3,1,50,X'00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFF00FFFF00FFFFFF',4);
INSERT INTO "vote_block" VALUES(4,1,50,X'00FF00FF0000FFFF00FF00FF0000FFFF00FF00FF0000FFFF00FF00FF0000FFFF00FF00FF0000FFFF00FF0000FFFF00FF00FF',4);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX example_source ON example (source_id);
CREATE INDEX event_example ON event (example_id);
CREATE INDEX event_target ON event (target_id) WHERE target_id IS NOT NULL;
CREATE INDEX proposal_example ON proposal (example_id);
CREATE INDEX suspect_example ON suspect (example_id);
CREATE INDEX duplicate_representative ON duplicate (representative_id);
CREATE INDEX lf_error_version ON lf_error (lf_version_id);
CREATE VIEW run_summary AS
  -- Each run with its outcome.
  SELECT run_id, kind, started_at, ended_at, agent, coalesce(outcome, 'running') AS outcome,
         parameters, seed, counts, error, versions, fingerprint
  FROM run LEFT JOIN run_end USING (run_id);
CREATE VIEW active_event AS
  -- The decisions that stand: an undo takes its target back, a redo puts it again; the last word counts.
  SELECT e.* FROM event AS e
  WHERE e.kind NOT IN ('undo', 'redo')
    AND coalesce((SELECT t.kind FROM event AS t WHERE t.target_id = e.event_id
                  ORDER BY t.event_id DESC LIMIT 1), 'redo') = 'redo';
CREATE VIEW current_lf AS
  -- The version of each labeling function that is in force.
  SELECT s.name, s.lf_version_id, s.run_id AS since_run_id
  FROM lf_state AS s
  JOIN run_end AS e ON e.run_id = s.run_id AND e.outcome = 'done'
  WHERE s.lf_version_id IS NOT NULL
    AND s.run_id = (SELECT max(s2.run_id) FROM lf_state AS s2 JOIN run_end AS e2
                    ON e2.run_id = s2.run_id AND e2.outcome = 'done' WHERE s2.name = s.name);
CREATE VIEW current_model AS
  -- The label model that labels come from now: the newest aggregation that ended well.
  SELECT r.run_id, json_extract(a.content, '$.chosen') AS model
  FROM run AS r JOIN run_end AS e USING (run_id)
  JOIN artifact AS a ON a.run_id = r.run_id AND a.name = 'aggregate'
  WHERE r.kind = 'aggregate' AND e.outcome = 'done'
  ORDER BY r.run_id DESC LIMIT 1;
CREATE VIEW vote AS
  -- The votes in long form, one row for each example and labeling function in force that did not abstain.
  WITH octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')),
  cell AS (
    SELECT x.example_id, x.uid, c.name AS lf, c.lf_version_id, v.run_id,
           CASE WHEN length(v.votes) = v.n
             THEN instr(b, substr(v.votes, x.example_id - v.start_id + 1, 1)) - 1
             ELSE instr(b, substr(v.votes, 2 * (x.example_id - v.start_id) + 1, 1)) - 1
                + 256 * (instr(b, substr(v.votes, 2 * (x.example_id - v.start_id) + 2, 1)) - 1)
           END AS raw,
           CASE WHEN length(v.votes) = v.n THEN 255 ELSE 65535 END AS abstain
    FROM example AS x, octets, current_lf AS c
    JOIN vote_block AS v ON v.lf_version_id = c.lf_version_id
     AND x.example_id >= v.start_id AND x.example_id < v.start_id + v.n)
  SELECT example_id, uid, lf, raw AS class_id, k.name AS class, cell.lf_version_id, cell.run_id
  FROM cell LEFT JOIN class AS k ON k.class_id = raw
  WHERE raw <> abstain;
CREATE VIEW label_candidate AS
  -- Every label that speaks for an example, with its origin.
  WITH last_decision AS (
    SELECT e.* FROM active_event AS e
    WHERE e.kind IN ('label', 'skip', 'flag')
      AND e.event_id = (SELECT max(f.event_id) FROM active_event AS f
                        WHERE f.example_id = e.example_id AND f.annotator = e.annotator
                          AND f.kind IN ('label', 'skip', 'flag'))),
  tally AS (
    SELECT example_id, class_id, count(*) AS n, max(run_id) AS run_id
    FROM last_decision WHERE kind = 'label' GROUP BY example_id, class_id),
  octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')),
  believed AS (
    SELECT x.example_id, m.run_id,
           instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 1, 1)) - 1
           + 256 * (instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 2, 1)) - 1) AS class_id,
           (instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 3, 1)) - 1
           + 256 * (instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 4, 1)) - 1)) / 65535.0
           AS confidence
    FROM example AS x, octets, current_model AS m
    JOIN belief_block AS v ON v.run_id = m.run_id AND v.model = m.model
     AND x.example_id >= v.start_id AND x.example_id < v.start_id + v.n)
  SELECT example_id, class_id, 1.0 AS confidence, 'correction' AS origin, run_id
  FROM active_event AS e
  WHERE kind IN ('keep', 'relabel')
    AND event_id = (SELECT max(f.event_id) FROM active_event AS f
                    WHERE f.example_id = e.example_id AND f.kind IN ('keep', 'relabel'))
  UNION ALL
  SELECT example_id, class_id,
         n * 1.0 / (SELECT sum(u.n) FROM tally AS u WHERE u.example_id = t.example_id),
         'annotation', run_id
  FROM tally AS t
  WHERE NOT EXISTS (SELECT 1 FROM tally AS u WHERE u.example_id = t.example_id
                    AND u.class_id <> t.class_id AND u.n >= t.n)
  UNION ALL
  SELECT x.example_id, x.given_class, 1.0, 'given', s.run_id
  FROM example AS x JOIN source AS s USING (source_id) WHERE x.given_class IS NOT NULL
  UNION ALL
  SELECT example_id, class_id, round(confidence, 4), 'model', run_id
  FROM believed
  WHERE class_id <> 65535
    AND confidence >= (SELECT CAST(value AS REAL) FROM setting WHERE key = 'min_confidence'
                       ORDER BY setting_id DESC LIMIT 1) - 0.00001;
CREATE VIEW resolved_label AS
  -- The one label that an example has now, and where it comes from.
  SELECT x.example_id, x.uid, k.name AS label, c.class_id, c.confidence, c.origin, c.run_id
  FROM example AS x
  JOIN label_candidate AS c ON c.example_id = x.example_id
  JOIN class AS k ON k.class_id = c.class_id
  WHERE instr((SELECT value FROM setting WHERE key = 'label_order' ORDER BY setting_id DESC LIMIT 1), c.origin)
    = (SELECT min(instr((SELECT value FROM setting WHERE key = 'label_order'
                         ORDER BY setting_id DESC LIMIT 1), d.origin))
       FROM label_candidate AS d WHERE d.example_id = x.example_id);
CREATE VIEW class_counts AS
  -- How many examples carry each label now, by role and origin.
  SELECT s.role, r.label, r.origin, count(*) AS n
  FROM resolved_label AS r JOIN example AS x USING (example_id) JOIN source AS s USING (source_id)
  GROUP BY s.role, r.label, r.origin;
CREATE VIEW lf_summary AS
  -- The labeling functions in force, and what applying them brought.
  SELECT v.name, v.kind, v.file, v.line, substr(v.version, 1, 12) AS version,
         coalesce(sum(r.n_rows), 0) AS n_rows, coalesce(sum(r.n_votes), 0) AS n_votes,
         coalesce(sum(r.n_errors), 0) AS n_errors, coalesce(sum(r.seconds), 0.0) AS seconds
  FROM current_lf AS c JOIN lf_version AS v USING (lf_version_id)
  LEFT JOIN lf_run AS r USING (lf_version_id)
  GROUP BY v.lf_version_id;
CREATE TRIGGER run_no_update BEFORE UPDATE ON [run] BEGIN SELECT RAISE(ABORT, 'run holds facts: append, never update'); END;
CREATE TRIGGER run_no_delete BEFORE DELETE ON [run] BEGIN SELECT RAISE(ABORT, 'run holds facts: append, never delete'); END;
CREATE TRIGGER run_end_no_update BEFORE UPDATE ON [run_end] BEGIN SELECT RAISE(ABORT, 'run_end holds facts: append, never update'); END;
CREATE TRIGGER run_end_no_delete BEFORE DELETE ON [run_end] BEGIN SELECT RAISE(ABORT, 'run_end holds facts: append, never delete'); END;
CREATE TRIGGER run_input_no_update BEFORE UPDATE ON [run_input] BEGIN SELECT RAISE(ABORT, 'run_input holds facts: append, never update'); END;
CREATE TRIGGER run_input_no_delete BEFORE DELETE ON [run_input] BEGIN SELECT RAISE(ABORT, 'run_input holds facts: append, never delete'); END;
CREATE TRIGGER artifact_no_update BEFORE UPDATE ON [artifact] BEGIN SELECT RAISE(ABORT, 'artifact holds facts: append, never update'); END;
CREATE TRIGGER artifact_no_delete BEFORE DELETE ON [artifact] BEGIN SELECT RAISE(ABORT, 'artifact holds facts: append, never delete'); END;
CREATE TRIGGER setting_no_update BEFORE UPDATE ON [setting] BEGIN SELECT RAISE(ABORT, 'setting holds facts: append, never update'); END;
CREATE TRIGGER setting_no_delete BEFORE DELETE ON [setting] BEGIN SELECT RAISE(ABORT, 'setting holds facts: append, never delete'); END;
CREATE TRIGGER class_no_update BEFORE UPDATE ON [class] BEGIN SELECT RAISE(ABORT, 'class holds facts: append, never update'); END;
CREATE TRIGGER class_no_delete BEFORE DELETE ON [class] BEGIN SELECT RAISE(ABORT, 'class holds facts: append, never delete'); END;
CREATE TRIGGER source_no_update BEFORE UPDATE ON [source] BEGIN SELECT RAISE(ABORT, 'source holds facts: append, never update'); END;
CREATE TRIGGER source_no_delete BEFORE DELETE ON [source] BEGIN SELECT RAISE(ABORT, 'source holds facts: append, never delete'); END;
CREATE TRIGGER example_no_update BEFORE UPDATE ON [example] BEGIN SELECT RAISE(ABORT, 'example holds facts: append, never update'); END;
CREATE TRIGGER example_no_delete BEFORE DELETE ON [example] BEGIN SELECT RAISE(ABORT, 'example holds facts: append, never delete'); END;
CREATE TRIGGER example_text_no_update BEFORE UPDATE ON [example_text] BEGIN SELECT RAISE(ABORT, 'example_text holds facts: append, never update'); END;
CREATE TRIGGER example_text_no_delete BEFORE DELETE ON [example_text] BEGIN SELECT RAISE(ABORT, 'example_text holds facts: append, never delete'); END;
CREATE TRIGGER lf_version_no_update BEFORE UPDATE ON [lf_version] BEGIN SELECT RAISE(ABORT, 'lf_version holds facts: append, never update'); END;
CREATE TRIGGER lf_version_no_delete BEFORE DELETE ON [lf_version] BEGIN SELECT RAISE(ABORT, 'lf_version holds facts: append, never delete'); END;
CREATE TRIGGER lf_state_no_update BEFORE UPDATE ON [lf_state] BEGIN SELECT RAISE(ABORT, 'lf_state holds facts: append, never update'); END;
CREATE TRIGGER lf_state_no_delete BEFORE DELETE ON [lf_state] BEGIN SELECT RAISE(ABORT, 'lf_state holds facts: append, never delete'); END;
CREATE TRIGGER vote_block_no_update BEFORE UPDATE ON [vote_block] BEGIN SELECT RAISE(ABORT, 'vote_block holds facts: append, never update'); END;
CREATE TRIGGER vote_block_no_delete BEFORE DELETE ON [vote_block] BEGIN SELECT RAISE(ABORT, 'vote_block holds facts: append, never delete'); END;
CREATE TRIGGER lf_run_no_update BEFORE UPDATE ON [lf_run] BEGIN SELECT RAISE(ABORT, 'lf_run holds facts: append, never update'); END;
CREATE TRIGGER lf_run_no_delete BEFORE DELETE ON [lf_run] BEGIN SELECT RAISE(ABORT, 'lf_run holds facts: append, never delete'); END;
CREATE TRIGGER lf_error_no_update BEFORE UPDATE ON [lf_error] BEGIN SELECT RAISE(ABORT, 'lf_error holds facts: append, never update'); END;
CREATE TRIGGER lf_error_no_delete BEFORE DELETE ON [lf_error] BEGIN SELECT RAISE(ABORT, 'lf_error holds facts: append, never delete'); END;
CREATE TRIGGER belief_block_no_update BEFORE UPDATE ON [belief_block] BEGIN SELECT RAISE(ABORT, 'belief_block holds facts: append, never update'); END;
CREATE TRIGGER belief_block_no_delete BEFORE DELETE ON [belief_block] BEGIN SELECT RAISE(ABORT, 'belief_block holds facts: append, never delete'); END;
CREATE TRIGGER guideline_no_update BEFORE UPDATE ON [guideline] BEGIN SELECT RAISE(ABORT, 'guideline holds facts: append, never update'); END;
CREATE TRIGGER guideline_no_delete BEFORE DELETE ON [guideline] BEGIN SELECT RAISE(ABORT, 'guideline holds facts: append, never delete'); END;
CREATE TRIGGER event_no_update BEFORE UPDATE ON [event] BEGIN SELECT RAISE(ABORT, 'event holds facts: append, never update'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON [event] BEGIN SELECT RAISE(ABORT, 'event holds facts: append, never delete'); END;
CREATE TRIGGER proposal_no_update BEFORE UPDATE ON [proposal] BEGIN SELECT RAISE(ABORT, 'proposal holds facts: append, never update'); END;
CREATE TRIGGER proposal_no_delete BEFORE DELETE ON [proposal] BEGIN SELECT RAISE(ABORT, 'proposal holds facts: append, never delete'); END;
CREATE TRIGGER suspect_no_update BEFORE UPDATE ON [suspect] BEGIN SELECT RAISE(ABORT, 'suspect holds facts: append, never update'); END;
CREATE TRIGGER suspect_no_delete BEFORE DELETE ON [suspect] BEGIN SELECT RAISE(ABORT, 'suspect holds facts: append, never delete'); END;
CREATE TRIGGER duplicate_no_update BEFORE UPDATE ON [duplicate] BEGIN SELECT RAISE(ABORT, 'duplicate holds facts: append, never update'); END;
CREATE TRIGGER duplicate_no_delete BEFORE DELETE ON [duplicate] BEGIN SELECT RAISE(ABORT, 'duplicate holds facts: append, never delete'); END;
CREATE TRIGGER export_no_update BEFORE UPDATE ON [export] BEGIN SELECT RAISE(ABORT, 'export holds facts: append, never update'); END;
CREATE TRIGGER export_no_delete BEFORE DELETE ON [export] BEGIN SELECT RAISE(ABORT, 'export holds facts: append, never delete'); END;
CREATE TRIGGER export_block_no_update BEFORE UPDATE ON [export_block] BEGIN SELECT RAISE(ABORT, 'export_block holds facts: append, never update'); END;
CREATE TRIGGER export_block_no_delete BEFORE DELETE ON [export_block] BEGIN SELECT RAISE(ABORT, 'export_block holds facts: append, never delete'); END;
COMMIT;
