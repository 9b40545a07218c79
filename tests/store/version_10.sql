PRAGMA application_id = 1463963203;
PRAGMA user_version = 10;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'workbench','m0001_initial','2026-11-29 14:39:03.171517+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'workbench','m0002_acts','2026-11-29 14:39:03.180541+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'workbench','m0003_seals','2026-11-29 14:39:03.189968+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'workbench','m0004_consensus','2026-11-29 14:39:03.191962+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'workbench','m0005_mix','2026-11-29 14:39:03.192423+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'workbench','m0006_adjudication','2026-11-29 14:39:03.194215+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'workbench','m0007_removals','2026-11-29 14:39:03.195278+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'workbench','m0008_witnesses','2026-11-29 14:39:03.203308+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'workbench','m0009_gone_classes','2026-11-30 02:01:25.082611+00:00');
INSERT INTO "_sqlite_migrations" VALUES(10,'workbench','m0010_default_class','2026-11-30 19:27:54.479621+00:00');
CREATE TABLE artifact (
  -- A document that a run made: a model's weights, a report.
  run_id INTEGER NOT NULL REFERENCES run,
  name TEXT NOT NULL,
  content TEXT NOT NULL,       -- JSON
  PRIMARY KEY (run_id, name)
) STRICT;
INSERT INTO "artifact" VALUES(5,'aggregate','{"run_id": 5, "reused": false, "chosen": "snorkel", "reason": "Snorkel''s fit is stable and in line with the votes.", "n_examples": 50, "n_fitted": 40, "n_functions": 5, "coverage": 0.88, "conflicts": 0.12, "labelled": 44, "ties": 0, "contradictions": 0, "class_balance": [0.5, 0.5], "scores": [{"model": "majority", "n": 10, "n_covered": 8, "coverage": 0.8, "accuracy": 1.0, "accuracy_low": 0.6755924351161198, "accuracy_high": 1.0, "macro_f1": 1.0, "accuracy_all": 0.9, "ece": 0.0}, {"model": "dawid-skene", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.20796551116221348}, {"model": "snorkel", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.11769581735941971}], "weights": [{"name": "brittle", "weight": 0.7, "coverage": 0.0, "covered_alone": 0.0, "labels_changed": 0.0, "accuracy_gain": 0.0, "n_judged": 0}, {"name": "calls", "weight": 0.9461302347481251, "coverage": 0.26, "covered_alone": 0.12, "labels_changed": 0.12, "accuracy_gain": 0.05, "n_judged": 3}, {"name": "meals", "weight": 1.0, "coverage": 0.26, "covered_alone": 0.0, "labels_changed": 0.0, "accuracy_gain": 0.0, "n_judged": 3}, {"name": "offers", "weight": 0.792087011039257, "coverage": 0.38, "covered_alone": 0.12, "labels_changed": 0.12, "accuracy_gain": 0.05, "n_judged": 4}, {"name": "polite", "weight": 0.8948010299354792, "coverage": 0.5, "covered_alone": 0.12, "labels_changed": 0.24, "accuracy_gain": -0.05, "n_judged": 5}], "disagreement": {"majority": 0.0, "dawid-skene": 0.0, "snorkel": 0.0}, "balance_from": "assumed uniform", "balance_sensitivity": 0.0, "n_annotated": 0, "temperature": null, "pairs": [], "warnings": ["dead: brittle never votes"]}');
INSERT INTO "artifact" VALUES(6,'train','{"run_id": 6, "reused": false, "chosen": "end", "n_rows": 40, "n_hard": 30, "n_soft": 10, "n_features": 758, "by_origin": {"correction": 0, "annotation": 0, "given": 30, "model": 10}, "scores": [{"model": "end", "n": 10, "n_covered": 10, "coverage": 1.0, "accuracy": 1.0, "accuracy_low": 0.7224672001371107, "accuracy_high": 0.9999999999999999, "macro_f1": 1.0, "accuracy_all": 1.0, "ece": 0.12885834874276642}, {"model": "dawid-skene", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.20796551969316274}, {"model": "majority", "n": 10, "n_covered": 8, "coverage": 0.8, "accuracy": 1.0, "accuracy_low": 0.6755924351161198, "accuracy_high": 1.0, "macro_f1": 1.0, "accuracy_all": 0.9, "ece": 0.0}, {"model": "snorkel", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.11769582165612118}], "words": [{"name": "ham", "words": ["947", "number 947", "327", "number 327", "137", "number 137", "757", "number 757"]}, {"name": "spam", "words": ["call", "free", "cash", "cash today", "today", "today number", "win", "win cash"]}], "n_annotated": 0, "sources": [], "held_out": [], "warnings": []}');
INSERT INTO "artifact" VALUES(8,'propose','{"run_id": 8, "strategy": "typicality", "seed": 0, "n_pool": 40, "believed_by": "end", "rows": [{"strategy": "random", "uncertainty": 0.23123706877231598, "rank": 10, "n_ranked": 40, "beliefs": [{"label": "spam", "probability": 0.8844}, {"label": "ham", "probability": 0.1156}], "stands_for": null, "nearest": [], "conflict": [], "n_draws": 2}, {"strategy": "typicality", "uncertainty": 0.2507745921611786, "rank": 5, "n_ranked": 40, "beliefs": [{"label": "spam", "probability": 0.8746}, {"label": "ham", "probability": 0.1254}], "stands_for": 18, "nearest": [], "conflict": [{"lf": "offers", "label": "spam"}, {"lf": "polite", "label": "ham"}], "n_draws": 0}, {"strategy": "typicality", "uncertainty": 0.05999482795596123, "rank": 39, "n_ranked": 40, "beliefs": [{"label": "ham", "probability": 0.97}, {"label": "spam", "probability": 0.03}], "stands_for": 10, "nearest": [], "conflict": [], "n_draws": 0}, {"strategy": "typicality", "uncertainty": 0.0631248876452446, "rank": 29, "n_ranked": 40, "beliefs": [{"label": "ham", "probability": 0.9684}, {"label": "spam", "probability": 0.0316}], "stands_for": 5, "nearest": [], "conflict": [], "n_draws": 0}, {"strategy": "typicality", "uncertainty": 0.07282516732811928, "rank": 21, "n_ranked": 40, "beliefs": [{"label": "ham", "probability": 0.9636}, {"label": "spam", "probability": 0.0364}], "stands_for": 5, "nearest": [], "conflict": [], "n_draws": 0}], "embedder": "tfidf", "label": null, "where": null, "shares": [{"strategy": "random", "n": 1, "why": "the unbiased yardstick"}, {"strategy": "typicality", "n": 4, "why": "fewer than 20 labels"}], "notes": [], "role": "train"}');
INSERT INTO "artifact" VALUES(12,'consensus','{"run_id": 12, "n_rows": 7, "n_answers": 15, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7510937099911128}, {"name": "bo", "n_answers": 4, "accuracy": 0.6255485382199392}, {"name": "cy", "n_answers": 4, "accuracy": 0.7108542337678997}]}');
INSERT INTO "artifact" VALUES(14,'consensus','{"run_id": 14, "n_rows": 7, "n_answers": 15, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7510937099911128}, {"name": "bo", "n_answers": 4, "accuracy": 0.6255485382199392}, {"name": "cy", "n_answers": 4, "accuracy": 0.7108542337678997}]}');
INSERT INTO "artifact" VALUES(16,'consensus','{"run_id": 16, "n_rows": 7, "n_answers": 15, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7510937099911128}, {"name": "bo", "n_answers": 4, "accuracy": 0.6255485382199392}, {"name": "cy", "n_answers": 4, "accuracy": 0.7108542337678997}]}');
INSERT INTO "artifact" VALUES(19,'consensus','{"run_id": 19, "n_rows": 9, "n_answers": 17, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7048008726467979}, {"name": "bo", "n_answers": 6, "accuracy": 0.6631666159902848}, {"name": "cy", "n_answers": 4, "accuracy": 0.6727018394982328}]}');
INSERT INTO "artifact" VALUES(31,'consensus','{"run_id": 31, "n_rows": 9, "n_answers": 17, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7505986661542474}, {"name": "bo", "n_answers": 6, "accuracy": 0.5946520043949701}, {"name": "cy", "n_answers": 4, "accuracy": 0.7077025912924543}]}');
INSERT INTO "artifact" VALUES(32,'aggregate','{"run_id": 32, "reused": false, "chosen": "snorkel", "reason": "Snorkel''s fit is stable and in line with the votes.", "n_examples": 50, "n_fitted": 40, "n_functions": 5, "coverage": 0.88, "conflicts": 0.12, "labelled": 44, "ties": 0, "contradictions": 0, "class_balance": [0.5, 0.5], "scores": [{"model": "majority", "n": 10, "n_covered": 8, "coverage": 0.8, "accuracy": 1.0, "accuracy_low": 0.6755924351161198, "accuracy_high": 1.0, "macro_f1": 1.0, "accuracy_all": 0.9, "ece": 0.0}, {"model": "dawid-skene", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.20796551116221348}, {"model": "snorkel", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.11769581735941971}], "weights": [{"name": "brittle", "weight": 0.7, "coverage": 0.0, "covered_alone": 0.0, "labels_changed": 0.0, "accuracy_gain": 0.0, "n_judged": 0}, {"name": "calls", "weight": 0.9461302347481251, "coverage": 0.26, "covered_alone": 0.12, "labels_changed": 0.12, "accuracy_gain": 0.02631578947368421, "n_judged": 5}, {"name": "meals", "weight": 1.0, "coverage": 0.26, "covered_alone": 0.0, "labels_changed": 0.0, "accuracy_gain": 0.0, "n_judged": 9}, {"name": "offers", "weight": 0.792087011039257, "coverage": 0.38, "covered_alone": 0.12, "labels_changed": 0.12, "accuracy_gain": 0.05263157894736842, "n_judged": 7}, {"name": "polite", "weight": 0.8948010299354792, "coverage": 0.5, "covered_alone": 0.12, "labels_changed": 0.24, "accuracy_gain": -0.02631578947368421, "n_judged": 11}], "disagreement": {"majority": 0.0, "dawid-skene": 0.0, "snorkel": 0.0}, "balance_from": "assumed uniform", "balance_sensitivity": 0.0, "n_annotated": 9, "temperature": null, "pairs": [], "warnings": ["dead: brittle never votes"]}');
INSERT INTO "artifact" VALUES(33,'audit','{"run_id": 33, "reused": false, "n_rows": 40, "n_suspects": 8, "error_rate": 0.2, "suspects": [], "by_class": [{"group": "ham", "n": 23, "n_suspects": 1, "rate": 0.043478260869565216, "low": 0.007716666143453149, "high": 0.2099115507025887, "ratio": 0.10559006211180123, "q_value": 0.0061324482377114135, "stands_out": false, "reason": ""}, {"group": "spam", "n": 17, "n_suspects": 7, "rate": 0.4117647058823529, "low": 0.2161105679021482, "high": 0.639945573570002, "ratio": 9.47058823529412, "q_value": 0.0061324482377114135, "stands_out": true, "reason": ""}], "by": null, "by_group": [], "functions": [{"name": "offers", "version": "1f6952f0b2ffc69582efe0319ff935b0", "n_votes": 12, "n_pushed": 6, "n_warned": 1, "rate": 0.5, "low": 0.2537815976337061, "high": 0.7462184023662939, "q_value": 0.4637681159420291, "is_blamed": false, "uids": ["r5", "r21", "r11", "r37", "r29", "r27"], "ratio": 2.4999999999999996}], "noise": {"p_value": 1.0, "depends_on_text": false, "n_errors": 14, "excess_links": 0.0, "n_slice": 0, "words": []}, "outliers": [], "n_outliers": 0, "ambiguous": [{"uid": "r1", "score": 0.8799999999999999, "label": "spam", "text": "free prize call now number 919"}, {"uid": "r4", "score": 0.8799999999999999, "label": "ham", "text": "thanks for dinner number 676"}, {"uid": "r9", "score": 0.8799999999999999, "label": "spam", "text": "free prize call now number 271"}, {"uid": "r12", "score": 0.8799999999999999, "label": "ham", "text": "thanks for dinner number 28"}, {"uid": "r20", "score": 0.8799999999999999, "label": "ham", "text": "thanks for dinner number 380"}, {"uid": "r28", "score": 0.8799999999999999, "label": "ham", "text": "thanks for dinner number 732"}, {"uid": "r36", "score": 0.8799999999999999, "label": "ham", "text": "thanks for dinner number 84"}, {"uid": "r11", "score": 0.8723715474345743, "label": "spam", "text": "win cash today number 109"}], "n_ambiguous": 8, "pairs": [{"first": "ham", "second": "spam", "share": 0.4}], "n_controls": 20, "n_evaluation": 10, "evaluation_suspects": [], "warnings": []}');
INSERT INTO "artifact" VALUES(34,'diagnose','{"run_id": 34, "n_examples": 50, "by_role": {"train": 40, "production": 0, "evaluation": 10}, "n_labelled": 40, "lenses": [{"name": "duplicates", "verdict": "severe", "finding": "42 of 50 rows (84.0 %) repeat another: 0 exactly, 42 nearly; 10 evaluation and 0 production rows repeat training rows; 5 clusters of repeats hold two labels", "advice": "leave out training rows that evaluation rows repeat: scores on these flatter", "command": "workbench export FILE --without-repeats", "figure": "84.0 % repeat", "interval": "", "evidence": [{"name": "repeats", "title": "rows to leave out: all but one of a cluster and label", "n": 40, "uids": ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31", "r32", "r33", "r34", "r35", "r36", "r37", "r38", "r39"]}, {"name": "leaked-evaluation", "title": "evaluation rows that repeat training rows", "n": 10, "uids": ["r40", "r41", "r42", "r43", "r44", "r45", "r46", "r47", "r48", "r49"]}, {"name": "conflicting", "title": "rows of clusters that hold two labels", "n": 32, "uids": ["r0", "r8", "r16", "r24", "r32", "r40", "r48", "r1", "r9", "r17", "r25", "r33", "r41", "r49", "r3", "r11", "r19", "r27", "r35", "r43", "r5", "r13", "r21", "r29", "r37", "r45", "r7", "r15", "r23", "r31", "r39", "r47"]}], "parts": [{"name": "repeats", "verdict": "severe", "finding": "42 of 50 rows (84.0 %) repeat another: 0 exactly, 42 nearly", "advice": "let each text go out once: a repeated one counts twice, and may straddle a split", "command": "workbench export FILE --without-repeats", "figure": "84.0 % repeat", "interval": "", "evidence": [{"name": "repeats", "title": "rows to leave out: all but one of a cluster and label", "n": 40, "uids": ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31", "r32", "r33", "r34", "r35", "r36", "r37", "r38", "r39"]}], "parts": []}, {"name": "leakage", "verdict": "severe", "finding": "10 evaluation and 0 production rows repeat training rows", "advice": "leave out training rows that evaluation rows repeat: scores on these flatter", "command": "workbench export FILE --without-repeats", "figure": "10 rows", "interval": "", "evidence": [{"name": "leaked-evaluation", "title": "evaluation rows that repeat training rows", "n": 10, "uids": ["r40", "r41", "r42", "r43", "r44", "r45", "r46", "r47", "r48", "r49"]}], "parts": []}, {"name": "conflicting labels", "verdict": "mild", "finding": "5 clusters of repeats hold two labels", "advice": "look at the repeats that hold two labels: each may hide a wrong one", "command": "", "figure": "5 clusters", "interval": "", "evidence": [{"name": "conflicting", "title": "rows of clusters that hold two labels", "n": 32, "uids": ["r0", "r8", "r16", "r24", "r32", "r40", "r48", "r1", "r9", "r17", "r25", "r33", "r41", "r49", "r3", "r11", "r19", "r27", "r35", "r43", "r5", "r13", "r21", "r29", "r37", "r45", "r7", "r15", "r23", "r31", "r39", "r47"]}], "parts": []}]}, {"name": "class imbalance", "verdict": "none", "finding": "spam has 17 rows (42.5 %), 1 to 1; as uncertain as 2.0 equal classes of 2; out-of-fold accuracy 57.5 % (always the largest class: 57.5 %), macro-F1 0.37", "advice": "nothing to do", "command": "", "figure": "1 to 1", "interval": "macro-F1 0.37 [0.30, 0.42]", "evidence": [{"name": "missed", "title": "rows of spam predicted as another class", "n": 17, "uids": ["r1", "r5", "r7", "r8", "r9", "r11", "r15", "r17", "r19", "r21", "r25", "r27", "r29", "r31", "r35", "r37", "r39"]}, {"name": "rarest", "title": "rows of spam", "n": 17, "uids": ["r1", "r5", "r7", "r8", "r9", "r11", "r15", "r17", "r19", "r21", "r25", "r27", "r29", "r31", "r35", "r37", "r39"]}], "parts": []}, {"name": "label noise", "verdict": "severe", "finding": "8 of 40 labels are doubted (20.0 %); most in spam: 41.2 %", "advice": "review the suspects", "command": "workbench review", "figure": "20.0 % doubted", "interval": "spam [21.6, 64.0]", "evidence": [{"name": "suspects", "title": "labels that the audit doubts", "n": 8, "uids": ["r33", "r8", "r5", "r21", "r11", "r37", "r29", "r27"]}], "parts": []}, {"name": "distribution shift", "verdict": "cannot tell", "finding": "there are no production rows", "advice": "import rows that the model shall meet, as production", "command": "workbench import FILE --role production", "figure": "", "interval": "", "evidence": [], "parts": [{"name": "covariate shift", "verdict": "cannot tell", "finding": "there are no production rows", "advice": "import rows that the model shall meet, as production", "command": "workbench import FILE --role production", "figure": "", "interval": "", "evidence": [], "parts": []}, {"name": "label shift", "verdict": "cannot tell", "finding": "class shares: there are no production rows", "advice": "label some training rows in two classes, and import production rows", "command": "", "figure": "", "interval": "", "evidence": [], "parts": []}, {"name": "concept shift", "verdict": "cannot tell", "finding": "meaning: there are no production rows", "advice": "import rows that the model shall meet, as production", "command": "workbench import FILE --role production", "figure": "", "interval": "", "evidence": [], "parts": []}, {"name": "drift in time", "verdict": "none", "finding": "time: 2 windows by day are alike (p = 1.000)", "advice": "nothing to do", "command": "", "figure": "AUC 0.21", "interval": "by chance up to 0.71", "evidence": [], "parts": []}]}], "classes": [{"name": "ham", "n": 23, "share": 0.575, "precision": 0.575, "precision_low": 0.4219506854199109, "precision_high": 0.7149060744004962, "recall": 1.0, "recall_low": 0.8568833815495732, "recall_high": 1.0, "f1": 0.7301587301587301, "f1_low": 0.5964912280701754, "f1_high": 0.8405797101449275, "number": 0}, {"name": "spam", "n": 17, "share": 0.425, "precision": 0.0, "precision_low": 0.0, "precision_high": 1.0, "recall": 0.0, "recall_low": 0.0, "recall_high": 0.18431813500885177, "f1": 0.0, "f1_low": 0.0, "f1_high": 0.0, "number": 1}], "imbalance": {"ratio": 1.3529411764705883, "effective": 1.97754189985451, "accuracy": 0.575, "balanced_accuracy": 0.5, "macro_f1": 0.36507936507936506, "majority_baseline": 0.575, "accuracy_low": 0.4219506854199109, "accuracy_high": 0.7149060744004962, "balanced_accuracy_low": 0.5, "balanced_accuracy_high": 0.5, "macro_f1_low": 0.2982456140350877, "macro_f1_high": 0.42028985507246375, "n_scored": 40}, "shift": null, "duplicates": {"n_rows": 42, "n_exact": 0, "n_near": 42, "n_clusters": 8, "leaking_clusters": 8, "leaked_evaluation_rows": 10, "conflicting_clusters": 5, "leaked_production_rows": 0, "n_semantic": null, "inflation": null}, "audit_run_id": 33, "at": "2026-11-29T14:39:05.970562+00:00", "steps": [{"lens": "duplicates", "what": "leave out training rows that evaluation rows repeat: scores on these flatter", "why": "duplicates before diversity: repeated rows fill a batch, and leaked ones flatter every score that you would judge the other steps by", "command": "workbench export FILE --without-repeats"}, {"lens": "label noise", "what": "review the suspects", "why": "noise before a bigger model: it would learn the wrong labels better", "command": "workbench review"}, {"lens": "distribution shift", "what": "import rows that the model shall meet, as production", "why": "cannot tell yet: there are no production rows", "command": "workbench import FILE --role production"}], "predictions": [{"kind": "noise-recall", "subject": "spam", "claim": "no class has a lower recall than spam", "because": "the audit doubts 41.2 % of its labels and 4.3 % of the others", "low": 0, "high": 1, "made_by_run": 34, "outcome": "held", "observed": "recall of spam is 0.0 %, the lowest", "n": 40}, {"kind": "clean-score", "subject": "evaluation", "claim": "accuracy on evaluation rows is lower without those that repeat training rows", "because": "10 evaluation rows repeat training rows", "low": 0, "high": 1, "made_by_run": 34, "outcome": "not yet checkable", "observed": "no model could be scored on the evaluation rows", "n": 0}], "confusion": [[23, 0], [17, 0]], "confused": [{"true": "spam", "predicted": "ham", "n": 17, "share": 1.0, "low": 0.8156818649911483, "high": 1.0, "uids": ["r1", "r5", "r7", "r8", "r9", "r11", "r15", "r17", "r19", "r21", "r25", "r27", "r29", "r31", "r35", "r37", "r39"]}], "slices": [{"column": "vendor", "value": "good", "n": 32, "class_counts": [19, 13], "accuracy": 0.59375, "accuracy_low": 0.4226002487538287, "accuracy_high": 0.7448036515733456, "macro_f1": 0.37254901960784315, "difference": 0.09375, "adjusted_p": 1.0}, {"column": "vendor", "value": "bad", "n": 8, "class_counts": [4, 4], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-01", "n": 2, "class_counts": [2, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-02", "n": 2, "class_counts": [0, 2], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-03", "n": 2, "class_counts": [2, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-04", "n": 2, "class_counts": [1, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-05", "n": 2, "class_counts": [2, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-06", "n": 2, "class_counts": [1, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-07", "n": 2, "class_counts": [2, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-08", "n": 2, "class_counts": [0, 2], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-09", "n": 2, "class_counts": [1, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-10", "n": 2, "class_counts": [0, 2], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-11", "n": 2, "class_counts": [2, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-12", "n": 2, "class_counts": [0, 2], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-13", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-14", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-15", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-16", "n": 1, "class_counts": [0, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-17", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-18", "n": 1, "class_counts": [0, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-19", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-20", "n": 1, "class_counts": [0, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-21", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-22", "n": 1, "class_counts": [0, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-23", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-24", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-25", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-26", "n": 1, "class_counts": [0, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-27", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-28", "n": 1, "class_counts": [0, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}], "noise": [{"column": "class", "group": "ham", "n": 23, "n_suspects": 1, "rate": 0.043478260869565216, "low": 0.007716666143453149, "high": 0.2099115507025887, "q_value": null, "stands_out": false}, {"column": "class", "group": "spam", "n": 17, "n_suspects": 7, "rate": 0.4117647058823529, "low": 0.2161105679021482, "high": 0.639945573570002, "q_value": null, "stands_out": false}, {"column": "vendor", "group": "bad", "n": 8, "n_suspects": 2, "rate": 0.25, "low": 0.07147921275210906, "high": 0.5907245696898311, "q_value": 0.9999999999999986, "stands_out": false}, {"column": "vendor", "group": "good", "n": 32, "n_suspects": 6, "rate": 0.1875, "low": 0.08889544689565956, "high": 0.3530915520137595, "q_value": 0.9999999999999986, "stands_out": false}], "label_shift": null, "labelled_shares": null, "concept_shift": null, "drift": {"column": "day", "windows": [{"start": "2026-01-01T00:00", "end": "2026-01-10T00:00", "n": 20, "auc": 0.5, "null_high": 0.5, "adjusted_p": 1.0, "class_shares": [0.55, 0.45]}, {"start": "2026-01-11T00:00", "end": "2026-01-28T00:00", "n": 20, "auc": 0.2125, "null_high": 0.7066250000000001, "adjusted_p": 1.0, "class_shares": [0.6, 0.4]}], "p_value": 1.0, "first_changed": null, "n_undated": 0}, "shortcuts": []}');
INSERT INTO "artifact" VALUES(35,'split','{"run_id": 35, "n_rows": 40, "n_clusters": 8, "n_repeated": 32, "leaked_evaluation": 30, "parts": [{"name": "train", "n": 30, "share": 0.75, "wanted_share": 0.8, "class_counts": {"ham": 17, "spam": 13}, "n_unlabelled": 0}, {"name": "validation", "n": 5, "share": 0.125, "wanted_share": 0.1, "class_counts": {"ham": 1, "spam": 4}, "n_unlabelled": 0}, {"name": "test", "n": 5, "share": 0.125, "wanted_share": 0.1, "class_counts": {"ham": 5, "spam": 0}, "n_unlabelled": 0}], "notice": null}');
INSERT INTO "artifact" VALUES(35,'split_rows','{"parts": ["train", "validation", "test"], "rows": "0000002100000021000000210000002100000021----------"}');
INSERT INTO "artifact" VALUES(37,'consensus','{"run_id": 37, "n_rows": 9, "n_answers": 17, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7505986661542474}, {"name": "bo", "n_answers": 6, "accuracy": 0.5946520043949701}, {"name": "cy", "n_answers": 4, "accuracy": 0.7077025912924543}]}');
INSERT INTO "artifact" VALUES(40,'consensus','{"run_id": 40, "n_rows": 9, "n_answers": 17, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7505986661542474}, {"name": "bo", "n_answers": 6, "accuracy": 0.5946520043949701}, {"name": "cy", "n_answers": 4, "accuracy": 0.7077025912924543}]}');
INSERT INTO "artifact" VALUES(41,'train','{"run_id": 41, "reused": false, "chosen": "end", "n_rows": 40, "n_hard": 36, "n_soft": 4, "n_features": 758, "by_origin": {"correction": 4, "annotation": 9, "given": 23, "model": 4}, "scores": [{"model": "end", "n": 10, "n_covered": 10, "coverage": 1.0, "accuracy": 1.0, "accuracy_low": 0.7224672001371107, "accuracy_high": 0.9999999999999999, "macro_f1": 1.0, "accuracy_all": 1.0, "ece": 0.11496110183912123}, {"model": "dawid-skene", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.2079655135572496}, {"model": "majority", "n": 10, "n_covered": 8, "coverage": 0.8, "accuracy": 1.0, "accuracy_low": 0.6755924351161198, "accuracy_high": 1.0, "macro_f1": 1.0, "accuracy_all": 0.9, "ece": 0.0}, {"model": "snorkel", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.11769581673740152}, {"model": "annotations alone", "n": 10, "n_covered": 10, "coverage": 1.0, "accuracy": 0.8, "accuracy_low": 0.4901624715366417, "accuracy_high": 0.9433178485456246, "macro_f1": 0.7916666666666667, "accuracy_all": 0.8, "ece": 0.2981546027919642}], "words": [{"name": "ham", "words": ["137", "number 137", "947", "number 947", "dinner", "dinner number", "for", "for dinner"]}, {"name": "spam", "words": ["190", "number 190", "352", "number 352", "cash", "cash today", "today", "today number"]}], "n_annotated": 9, "sources": [], "held_out": [], "warnings": []}');
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
INSERT INTO "belief_block" VALUES(5,'majority',1,50,2,X'0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F',X'0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF');
INSERT INTO "belief_block" VALUES(5,'dawid-skene',1,50,2,X'FB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F',X'00005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE1');
INSERT INTO "belief_block" VALUES(5,'snorkel',1,50,2,X'F8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3F',X'000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE');
INSERT INTO "belief_block" VALUES(6,'end',1,50,2,X'1752783F26BDF53CB99FE03D09EC633F32F3773FE4CC003D0AA2383FECBB8E3EC2D7763FE483123DAEFAED3DAA40623F86EB773F9E47013DF5A8E63DE12A633F5F05783F2954FF3C46B3E33D9789633FACF4773F42B5003D6AC9EC3DD366623FC22E773FD8130D3D46A9303F75AD9E3E46EB773FA64B013D5587F43D156F613FA216783FB12BFD3C9EE1D63DCC23653FBD02783F5AA8FF3C5F69E43DD472633F2B81773F4CED073DFED0EA3DE0A5623F95E5773FABA6013D981A343FD1CA973E4DFF773F2A0B003D5F78EA3DF4B0623FA445783F864BF73C992EF33D2D9A613F7415783F8B51FD3CF61DE63D413C633F8AB6783FCB2EE93CBE49E83DC8F6623FA932773F71D50C3D9C8D333FC8E4983EF39F773FD100063DD462E83DA6F3623FAAAD763F5925153D8665003E9EE65F3F9E29783F35CCFA3CBB5FEF3D0914623F5C52763F3ADA1A3D3B89433EB11D4F3F82E0753FE7F7213D5F1A8F3ED072383F9A96733F5A96463D34BC5B3EF310493FC6B0763FA1F3143D4DA0593EED97493FB3D7753FCE84223DBAAF413E12944F3F',X'000051F80100EBE30000F2F70000A1B80000D7F6010040E20000EBF701002AE3000004F8010089E30000F4F7010066E200002EF70000A9B00000EAF701006EE1000016F8010023E5000002F8010072E3000080F70100A5E20000E5F700001AB40000FEF70100B0E2000045F8010099E1000014F801003BE30000B6F80100F6E2000032F700008DB300009FF70100F3E20000ADF60100E6DF000029F8010013E2000051F601001DCF0000E0F5010072B8000096F3010010C90000B0F6010097C90000D7F5010093CF');
INSERT INTO "belief_block" VALUES(32,'majority',1,50,2,X'0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F',X'0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF');
INSERT INTO "belief_block" VALUES(32,'dawid-skene',1,50,2,X'FB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F',X'00005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE1');
INSERT INTO "belief_block" VALUES(32,'snorkel',1,50,2,X'F8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3F',X'000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE');
INSERT INTO "belief_block" VALUES(33,'out-of-fold',1,50,2,X'604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E',X'00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8F');
INSERT INTO "belief_block" VALUES(41,'end',1,50,2,X'8F83633F87E3E33D1B3D1F3D2E0C763FEC4A643FA3A8DD3D936C4C3D3739733FA2BD743FDF25343D0757DD3D1F55643F23B4753FD7BD243D18AFD43D1D6A653FACA6A03EAAAC2F3F341E213D1DEE753FC09DAF3E2031283FCD2D2E3D231D753F9368753FCB76293DD9C6293F4E72AC3E60CC753FFD39233D4600D83DF7FF643F93E5663F6BD3C83D95D01F3DF702763F2EB1623F8E76EA3D1106313D9FEF743F5F96733F169A463DD480D93DE6CF643F81A5753FE8A7253D67DF2B3F3141A83E83B0663FE67BCA3DEF312A3DE15C753F842D653FDD93D63D49DD433D2BC2733FA5E7733FAD85413D074FD63D1F36653F7957753F69882A3DC3E3D83D88E3643FD349663F65B1CD3DE8422F3DD20B753FCD9E633F9809E33DA01F293D066E753F20FB743F014E303DF2E5DA3D42A3643FE14E753FEF112B3D4E1BDF3D961C643F21844F3F7DEF413E9948513D76EB723FA9E74D3F5A61483E1CEA8C3DBC626E3FAE51703F1AE57A3D89CB0F3E1E0D5C3F2204733FE6BD4F3DDB321D3E49B3583FD1C34D3FBBF0483EDE0E2E3D121F753F',X'000083E301000BF600004AE4010038F30000BDF4010054E40000B3F5010069E50100ACAF0100EDF5010030A801001CF5000068F50000C6A90000CBF50100FFE40000E5E6010002F60000B0E20100EFF4000095F30100CFE40000A5F50000DFAB0000B0E601005CF500002DE50100C1F30000E7F3010035E5000057F50100E3E4000049E601000BF500009EE301006DF50000FAF40100A2E400004EF501001CE4000083CF0100EBF20000E7CD010062EE000051F001000CDC000003F30100B2D80000C3CD01001EF5');
CREATE TABLE belief_column (
  -- The class of each column of a run's probabilities; without rows, column k is class k.
  run_id INTEGER NOT NULL REFERENCES run,
  position INTEGER NOT NULL,
  class_id INTEGER NOT NULL REFERENCES class,
  PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;
INSERT INTO "belief_column" VALUES(5,0,0);
INSERT INTO "belief_column" VALUES(5,1,1);
INSERT INTO "belief_column" VALUES(6,0,0);
INSERT INTO "belief_column" VALUES(6,1,1);
INSERT INTO "belief_column" VALUES(32,0,0);
INSERT INTO "belief_column" VALUES(32,1,1);
INSERT INTO "belief_column" VALUES(33,0,0);
INSERT INTO "belief_column" VALUES(33,1,1);
INSERT INTO "belief_column" VALUES(41,0,0);
INSERT INTO "belief_column" VALUES(41,1,1);
CREATE TABLE class (
  -- The label set: 0..K-1 in code, a name for people.
  class_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  run_id INTEGER NOT NULL REFERENCES run
) STRICT;
INSERT INTO "class" VALUES(0,'ham',1);
INSERT INTO "class" VALUES(1,'spam',1);
INSERT INTO "class" VALUES(2,'promo',17);
INSERT INTO "class" VALUES(3,'offer',24);
INSERT INTO "class" VALUES(4,'fraud',24);
INSERT INTO "class" VALUES(5,'other',26);
CREATE TABLE class_state (
  -- The label set as it stood from an act on; the newest state counts. Made from the class events.
  state_id INTEGER NOT NULL,
  class_id INTEGER NOT NULL REFERENCES class,
  name TEXT NOT NULL,
  position INTEGER,                    -- in the label set, from 0; none: merged, split or retired
  counts_as INTEGER REFERENCES class,  -- the class that its labels and votes count as; none: no label
  former_names TEXT NOT NULL,          -- JSON: files and labeling functions may go on using these
  event_id INTEGER REFERENCES event,   -- the act, undo or redo behind it; none: as the project began
  PRIMARY KEY (state_id, class_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "class_state" VALUES(1,0,'ham',0,0,'[]',NULL);
INSERT INTO "class_state" VALUES(1,1,'spam',1,1,'[]',NULL);
INSERT INTO "class_state" VALUES(2,0,'ham',0,0,'[]',30);
INSERT INTO "class_state" VALUES(2,1,'spam',1,1,'[]',30);
INSERT INTO "class_state" VALUES(2,2,'promo',2,2,'[]',30);
INSERT INTO "class_state" VALUES(3,0,'ham',0,0,'[]',33);
INSERT INTO "class_state" VALUES(3,1,'spam',1,1,'[]',33);
INSERT INTO "class_state" VALUES(3,2,'advert',2,2,'["promo"]',33);
INSERT INTO "class_state" VALUES(4,0,'ham',0,0,'[]',34);
INSERT INTO "class_state" VALUES(4,1,'spam',1,1,'[]',34);
INSERT INTO "class_state" VALUES(4,2,'promo',2,2,'[]',34);
INSERT INTO "class_state" VALUES(5,0,'ham',0,0,'[]',35);
INSERT INTO "class_state" VALUES(5,1,'spam',1,1,'[]',35);
INSERT INTO "class_state" VALUES(5,2,'advert',2,2,'["promo"]',35);
INSERT INTO "class_state" VALUES(6,0,'ham',0,0,'[]',36);
INSERT INTO "class_state" VALUES(6,1,'spam',1,1,'[]',36);
INSERT INTO "class_state" VALUES(6,2,'advert',NULL,1,'["promo"]',36);
INSERT INTO "class_state" VALUES(7,0,'ham',0,0,'[]',37);
INSERT INTO "class_state" VALUES(7,1,'spam',NULL,NULL,'[]',37);
INSERT INTO "class_state" VALUES(7,2,'advert',NULL,NULL,'["promo"]',37);
INSERT INTO "class_state" VALUES(7,3,'offer',1,3,'[]',37);
INSERT INTO "class_state" VALUES(7,4,'fraud',2,4,'[]',37);
INSERT INTO "class_state" VALUES(8,0,'ham',0,0,'[]',38);
INSERT INTO "class_state" VALUES(8,1,'spam',1,1,'[]',38);
INSERT INTO "class_state" VALUES(8,2,'advert',NULL,1,'["promo"]',38);
INSERT INTO "class_state" VALUES(8,3,'offer',NULL,NULL,'[]',38);
INSERT INTO "class_state" VALUES(8,4,'fraud',NULL,NULL,'[]',38);
INSERT INTO "class_state" VALUES(9,0,'ham',0,0,'[]',39);
INSERT INTO "class_state" VALUES(9,1,'spam',1,1,'[]',39);
INSERT INTO "class_state" VALUES(9,2,'advert',NULL,1,'["promo"]',39);
INSERT INTO "class_state" VALUES(9,3,'offer',NULL,NULL,'[]',39);
INSERT INTO "class_state" VALUES(9,4,'fraud',NULL,NULL,'[]',39);
INSERT INTO "class_state" VALUES(9,5,'other',2,5,'[]',39);
INSERT INTO "class_state" VALUES(10,0,'ham',0,0,'[]',40);
INSERT INTO "class_state" VALUES(10,1,'spam',1,1,'[]',40);
INSERT INTO "class_state" VALUES(10,2,'advert',NULL,1,'["promo"]',40);
INSERT INTO "class_state" VALUES(10,3,'offer',NULL,NULL,'[]',40);
INSERT INTO "class_state" VALUES(10,4,'fraud',NULL,NULL,'[]',40);
INSERT INTO "class_state" VALUES(10,5,'other',NULL,NULL,'[]',40);
CREATE TABLE consensus (
  -- What a run of kind consensus found for each example with answers, weighing annotators by reliability.
  run_id INTEGER NOT NULL REFERENCES run,
  example_id INTEGER NOT NULL REFERENCES example,
  class_id INTEGER REFERENCES class,   -- none: no class stands out
  confidence REAL NOT NULL,
  PRIMARY KEY (run_id, example_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "consensus" VALUES(12,1,0,9.12771070028174147381e-01);
INSERT INTO "consensus" VALUES(12,2,1,5.78417312031116459536e-01);
INSERT INTO "consensus" VALUES(12,5,0,8.78428360340643310522e-01);
INSERT INTO "consensus" VALUES(12,9,1,5.78417312031116459536e-01);
INSERT INTO "consensus" VALUES(12,13,0,8.08824236876685698227e-01);
INSERT INTO "consensus" VALUES(12,17,0,8.78428360340643310522e-01);
INSERT INTO "consensus" VALUES(12,21,0,9.2480970147649443902e-01);
INSERT INTO "consensus" VALUES(14,1,0,9.12771070028174147381e-01);
INSERT INTO "consensus" VALUES(14,2,1,5.78417312031116459536e-01);
INSERT INTO "consensus" VALUES(14,5,0,8.78428360340643310522e-01);
INSERT INTO "consensus" VALUES(14,9,1,5.78417312031116459536e-01);
INSERT INTO "consensus" VALUES(14,13,0,8.08824236876685698227e-01);
INSERT INTO "consensus" VALUES(14,17,0,8.78428360340643310522e-01);
INSERT INTO "consensus" VALUES(14,21,0,9.2480970147649443902e-01);
INSERT INTO "consensus" VALUES(16,1,0,9.12771070028174147381e-01);
INSERT INTO "consensus" VALUES(16,2,1,5.78417312031116459536e-01);
INSERT INTO "consensus" VALUES(16,5,0,8.78428360340643310522e-01);
INSERT INTO "consensus" VALUES(16,9,1,5.78417312031116459536e-01);
INSERT INTO "consensus" VALUES(16,13,0,8.08824236876685698227e-01);
INSERT INTO "consensus" VALUES(16,17,0,8.78428360340643310522e-01);
INSERT INTO "consensus" VALUES(16,21,0,9.2480970147649443902e-01);
INSERT INTO "consensus" VALUES(19,1,0,8.9812029858796949e-01);
INSERT INTO "consensus" VALUES(19,2,1,7.44804608247061517012e-01);
INSERT INTO "consensus" VALUES(19,5,0,8.87822022228048735037e-01);
INSERT INTO "consensus" VALUES(19,9,1,7.44804608247061517012e-01);
INSERT INTO "consensus" VALUES(19,10,2,7.1282825702325258721e-01);
INSERT INTO "consensus" VALUES(19,12,2,7.1282825702325258721e-01);
INSERT INTO "consensus" VALUES(19,13,0,8.78462446979989319828e-01);
INSERT INTO "consensus" VALUES(19,17,0,8.87822022228048735037e-01);
INSERT INTO "consensus" VALUES(19,21,0,9.13942626711755745638e-01);
INSERT INTO "consensus" VALUES(31,1,0,0.897938219468888);
INSERT INTO "consensus" VALUES(31,2,1,6.31966863167462200578e-01);
INSERT INTO "consensus" VALUES(31,5,0,8.67789686018937356237e-01);
INSERT INTO "consensus" VALUES(31,9,1,6.31966863167462200578e-01);
INSERT INTO "consensus" VALUES(31,10,1,4.49897699096250158756e-01);
INSERT INTO "consensus" VALUES(31,12,1,4.49897699096250158756e-01);
INSERT INTO "consensus" VALUES(31,13,0,0.780477201021636);
INSERT INTO "consensus" VALUES(31,17,0,8.67789686018937356237e-01);
INSERT INTO "consensus" VALUES(31,21,0,9.09145065650836414761e-01);
INSERT INTO "consensus" VALUES(37,1,0,0.897938219468888);
INSERT INTO "consensus" VALUES(37,2,1,6.31966863167462200578e-01);
INSERT INTO "consensus" VALUES(37,5,0,8.67789686018937356237e-01);
INSERT INTO "consensus" VALUES(37,9,1,6.31966863167462200578e-01);
INSERT INTO "consensus" VALUES(37,10,1,4.49897699096250158756e-01);
INSERT INTO "consensus" VALUES(37,12,1,4.49897699096250158756e-01);
INSERT INTO "consensus" VALUES(37,13,0,0.780477201021636);
INSERT INTO "consensus" VALUES(37,17,0,8.67789686018937356237e-01);
INSERT INTO "consensus" VALUES(37,21,0,9.09145065650836414761e-01);
INSERT INTO "consensus" VALUES(40,1,0,0.897938219468888);
INSERT INTO "consensus" VALUES(40,2,1,6.31966863167462200578e-01);
INSERT INTO "consensus" VALUES(40,5,0,8.67789686018937356237e-01);
INSERT INTO "consensus" VALUES(40,9,1,6.31966863167462200578e-01);
INSERT INTO "consensus" VALUES(40,10,1,4.49897699096250158756e-01);
INSERT INTO "consensus" VALUES(40,12,1,4.49897699096250158756e-01);
INSERT INTO "consensus" VALUES(40,13,0,0.780477201021636);
INSERT INTO "consensus" VALUES(40,17,0,8.67789686018937356237e-01);
INSERT INTO "consensus" VALUES(40,21,0,9.09145065650836414761e-01);
CREATE TABLE duplicate (
  -- An example that nearly repeats another, its cluster's representative.
  run_id INTEGER NOT NULL REFERENCES run,
  example_id INTEGER NOT NULL REFERENCES example,
  representative_id INTEGER NOT NULL REFERENCES example,
  similarity REAL NOT NULL,    -- Jaccard, of character shingles
  exact INTEGER NOT NULL,      -- 1: equal after folding
  PRIMARY KEY (run_id, example_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "duplicate" VALUES(34,9,1,0.84,0);
INSERT INTO "duplicate" VALUES(34,10,2,0.8,0);
INSERT INTO "duplicate" VALUES(34,11,3,0.8,0);
INSERT INTO "duplicate" VALUES(34,12,4,0.76,0);
INSERT INTO "duplicate" VALUES(34,13,5,8.14814814814814769583e-01,0);
INSERT INTO "duplicate" VALUES(34,14,6,0.8125,0);
INSERT INTO "duplicate" VALUES(34,15,7,8.18181818181818232282e-01,0);
INSERT INTO "duplicate" VALUES(34,16,8,7.93103448275862099592e-01,0);
INSERT INTO "duplicate" VALUES(34,17,1,0.84,0);
INSERT INTO "duplicate" VALUES(34,18,2,0.8,0);
INSERT INTO "duplicate" VALUES(34,19,3,0.8,0);
INSERT INTO "duplicate" VALUES(34,20,4,0.76,0);
INSERT INTO "duplicate" VALUES(34,21,5,7.85714285714285698425e-01,0);
INSERT INTO "duplicate" VALUES(34,22,6,0.8125,0);
INSERT INTO "duplicate" VALUES(34,23,7,8.18181818181818232282e-01,0);
INSERT INTO "duplicate" VALUES(34,24,8,7.93103448275862099592e-01,0);
INSERT INTO "duplicate" VALUES(34,25,1,0.875,0);
INSERT INTO "duplicate" VALUES(34,26,2,8.62068965517241325713e-01,0);
INSERT INTO "duplicate" VALUES(34,27,3,8.62068965517241325713e-01,0);
INSERT INTO "duplicate" VALUES(34,28,4,0.76,0);
INSERT INTO "duplicate" VALUES(34,29,5,7.85714285714285698425e-01,0);
INSERT INTO "duplicate" VALUES(34,30,6,0.8125,0);
INSERT INTO "duplicate" VALUES(34,31,7,0.875,0);
INSERT INTO "duplicate" VALUES(34,32,8,8.57142857142857095276e-01,0);
INSERT INTO "duplicate" VALUES(34,33,1,0.84,0);
INSERT INTO "duplicate" VALUES(34,34,2,0.8,0);
INSERT INTO "duplicate" VALUES(34,35,3,0.8,0);
INSERT INTO "duplicate" VALUES(34,36,4,0.76,0);
INSERT INTO "duplicate" VALUES(34,37,5,8.14814814814814769583e-01,0);
INSERT INTO "duplicate" VALUES(34,38,6,8.66666666666666696272e-01,0);
INSERT INTO "duplicate" VALUES(34,39,7,8.18181818181818232282e-01,0);
INSERT INTO "duplicate" VALUES(34,40,8,7.93103448275862099592e-01,0);
INSERT INTO "duplicate" VALUES(34,41,1,0.84,0);
INSERT INTO "duplicate" VALUES(34,42,2,0.8,0);
INSERT INTO "duplicate" VALUES(34,43,3,0.8,0);
INSERT INTO "duplicate" VALUES(34,44,4,0.76,0);
INSERT INTO "duplicate" VALUES(34,45,5,7.85714285714285698425e-01,0);
INSERT INTO "duplicate" VALUES(34,46,6,0.8125,0);
INSERT INTO "duplicate" VALUES(34,47,7,8.18181818181818232282e-01,0);
INSERT INTO "duplicate" VALUES(34,48,8,7.93103448275862099592e-01,0);
INSERT INTO "duplicate" VALUES(34,49,1,0.84,0);
INSERT INTO "duplicate" VALUES(34,50,2,8.27586206896551712652e-01,0);
CREATE TABLE "event" (
  -- The log of what people decide. Undo and redo are events too; nothing is taken back by removal.
  event_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  annotator TEXT NOT NULL,
  kind TEXT NOT NULL REFERENCES event_kind,
  run_id INTEGER NOT NULL REFERENCES run,         -- the session
  example_id INTEGER REFERENCES example,
  class_id INTEGER REFERENCES class,              -- as it was said; class_now tells what it counts as
  seconds REAL,                                   -- the time it took
  batch_run_id INTEGER REFERENCES run,            -- the proposal or audit that asked
  guideline_id INTEGER REFERENCES guideline,      -- the guidelines in force, or the ones put in force
  note TEXT,
  target_id INTEGER REFERENCES "event",        -- of undo and redo: the first event of an act
  act_id INTEGER REFERENCES "event",           -- the first event of the same act; none: it stands alone
  detail TEXT,                                    -- JSON: the rule of a change of classes
  hash BLOB NOT NULL                              -- SHA-256 of the previous hash and this row: a chain
) STRICT;
INSERT INTO "event" VALUES(1,'2026-11-29T14:39:03.409621+00:00','ana','publish',4,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'C0958B2BD1267CB4AB692A583131EA40488C3776550CAFCFAD03651079D751F8');
INSERT INTO "event" VALUES(2,'2026-11-29T14:39:04.681199+00:00','ana','guideline',7,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,X'72FABFEC9FCBE234AD23E64BB6C8C894EA60185A2DBCFE78858779914875D06D');
INSERT INTO "event" VALUES(3,'2026-11-29T14:39:04.881675+00:00','ana','label',9,1,0,1.5,NULL,1,NULL,NULL,NULL,NULL,X'6C75869B6467407FE6215EA6B2D9C7CE23BA2D4AF3BB19343718D142A1F2FFB1');
INSERT INTO "event" VALUES(4,'2026-11-29T14:39:04.885147+00:00','ana','label',9,5,0,1.5,NULL,1,NULL,NULL,NULL,NULL,X'60FE8BA9C1E2AF1E384BBD15B1109522CAA034FB8380821B29E014116ECD4E67');
INSERT INTO "event" VALUES(5,'2026-11-29T14:39:04.889134+00:00','ana','label',9,9,1,1.5,NULL,1,NULL,NULL,NULL,NULL,X'0D74E284B4EEFF595AD2662D7B2F5000739E37595FD778CA6CFD0F9FBABCC4CA');
INSERT INTO "event" VALUES(6,'2026-11-29T14:39:04.893230+00:00','ana','label',9,13,0,1.5,NULL,1,NULL,NULL,NULL,NULL,X'63171B305D2E8439C47A2DE0F3EB8856D3015A6106E9021C2F55954D91C80913');
INSERT INTO "event" VALUES(7,'2026-11-29T14:39:04.897181+00:00','ana','label',9,17,0,1.5,NULL,1,NULL,NULL,NULL,NULL,X'5C65D26072E9E45A8477CDCFE611543CBC75F9DE3F19BD8468657C0BBF6DE01C');
INSERT INTO "event" VALUES(8,'2026-11-29T14:39:04.901184+00:00','ana','label',9,21,0,1.5,NULL,1,NULL,NULL,NULL,NULL,X'25B945CDFA6EEF7F76B22F1278DF48E88F68A07DE0DA28DA0109A6220DC0A038');
INSERT INTO "event" VALUES(9,'2026-11-29T14:39:04.905125+00:00','ana','label',9,2,1,1.5,NULL,1,NULL,NULL,NULL,NULL,X'BE3D59D57BE8A799EE21E40DC927EA73CCB5AC40C07BE3AFAF8B483EA826DE2C');
INSERT INTO "event" VALUES(10,'2026-11-29T14:39:04.909189+00:00','ana','label',9,22,1,1.5,NULL,1,NULL,NULL,NULL,NULL,X'DA30533E42A2A19C4E2C7D19C36A6B4F5DC5C8AF63911132668A584D938D97C5');
INSERT INTO "event" VALUES(11,'2026-11-29T14:39:04.913454+00:00','ana','undo',9,22,NULL,NULL,NULL,NULL,NULL,10,NULL,NULL,X'86F0A71ECFF6235883A5AC6872BD8FE3F41DCBB5FC232405DFAEF4E30EEAA319');
INSERT INTO "event" VALUES(12,'2026-11-29T14:39:04.917376+00:00','ana','undo',9,2,NULL,NULL,NULL,NULL,NULL,9,NULL,NULL,X'CE64D9B3BEAE1B21C0EA81F2BD8DF1F500315DE9ED507C38C178C58C36B4ED00');
INSERT INTO "event" VALUES(13,'2026-11-29T14:39:04.921437+00:00','ana','redo',9,2,NULL,NULL,NULL,NULL,NULL,9,NULL,NULL,X'107CED75DC499EE9FF3A91200CA7C0FFDB4A105614AF0847F2001C166AF7CBDE');
INSERT INTO "event" VALUES(14,'2026-11-29T14:39:04.925302+00:00','ana','skip',9,25,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,X'83A742C85EE11D830A3B36825D5BC7C26132D6F4719BBE9BA663AE7213BB8A23');
INSERT INTO "event" VALUES(15,'2026-11-29T14:39:04.927166+00:00','ana','flag',9,29,NULL,NULL,NULL,1,'both',NULL,NULL,NULL,X'DC33E89AF6727DA5C2FB141245B6C51263FE1BAECCAE1A732E4C3E27EB1BC360');
INSERT INTO "event" VALUES(16,'2026-11-29T14:39:04.945631+00:00','bo','label',10,5,1,NULL,NULL,1,'sure',NULL,NULL,NULL,X'BC3CD333B2860A547CBCCBE2B6CFBBE29B28D3F774B652D5A04CF021707525FD');
INSERT INTO "event" VALUES(17,'2026-11-29T14:39:04.957287+00:00','bo','label',10,1,0,NULL,NULL,1,NULL,NULL,NULL,NULL,X'78559C34CCAD43466AD609BAB0A2F80ED84F8B62F25CCFE74CA5242132F4B55D');
INSERT INTO "event" VALUES(18,'2026-11-29T14:39:04.965249+00:00','bo','label',10,13,0,NULL,NULL,1,NULL,NULL,NULL,NULL,X'C800BD8C7A8526F59913DCC4A2AB9E5DE71AEB23800829C8D8EC76BE8FB1B24D');
INSERT INTO "event" VALUES(19,'2026-11-29T14:39:04.977349+00:00','bo','label',10,17,1,NULL,NULL,1,NULL,NULL,NULL,NULL,X'054A8B875E37B4FAE96C00C0BBFF5E0F4FEF2F7904051970D7E747A1424F77E3');
INSERT INTO "event" VALUES(20,'2026-11-29T14:39:04.989270+00:00','bo','skip',10,7,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,X'2DC07D8273624E16A7290D46CC87AD0D67451493A288479152D806392100DDC3');
INSERT INTO "event" VALUES(21,'2026-11-29T14:39:04.997361+00:00','bo','flag',10,8,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,X'5966FF8DEF9BDC324A5BDBA1290763EA850DECEF8A80A1727C986757D85DF21D');
INSERT INTO "event" VALUES(22,'2026-11-29T14:39:05.009542+00:00','cy','label',11,5,0,NULL,NULL,1,NULL,NULL,NULL,NULL,X'EB8B85BD8D43E0412FED5F77BED452C423EC806337F17EFCD89E74AA879FB285');
INSERT INTO "event" VALUES(23,'2026-11-29T14:39:05.017228+00:00','cy','label',11,13,1,NULL,NULL,1,NULL,NULL,NULL,NULL,X'02CF2D5BE71FE3A5904233830892DD4430114DF4CD6FD6319D9A72F12ED05618');
INSERT INTO "event" VALUES(24,'2026-11-29T14:39:05.025199+00:00','cy','label',11,17,0,NULL,NULL,1,NULL,NULL,NULL,NULL,X'C3D76B884787F9ED4059AB711C4F91EAC20149339A86D22F51E5F7487F302314');
INSERT INTO "event" VALUES(25,'2026-11-29T14:39:05.033246+00:00','cy','label',11,21,0,NULL,NULL,1,NULL,NULL,NULL,NULL,X'FDA9C50B62FED7FA6086FDA28E1FCC9504F8F57E5E99CCAF50ACFFDADDAA37AB');
INSERT INTO "event" VALUES(26,'2026-11-29T14:39:05.121638+00:00','bo','adjudicate',13,17,0,NULL,NULL,1,'settled',NULL,NULL,NULL,X'BF70FD06209D304DCBC6C440289C23CFBBFD655F989446E17EA1D7DDA3FACF5C');
INSERT INTO "event" VALUES(27,'2026-11-29T14:39:05.141482+00:00','cy','adjudicate',15,13,0,NULL,NULL,1,NULL,NULL,NULL,NULL,X'4815908E2814363724C875210220C95FA3608459596768F854B8DE40FAE50524');
INSERT INTO "event" VALUES(28,'2026-11-29T14:39:05.145311+00:00','cy','undo',15,13,NULL,NULL,NULL,NULL,NULL,27,NULL,NULL,X'944C394A23B40067C55F732310947E707117C12EC335726A759B4EA0A8CFEB88');
INSERT INTO "event" VALUES(29,'2026-11-29T14:39:05.149671+00:00','cy','redo',15,13,NULL,NULL,NULL,NULL,NULL,27,NULL,NULL,X'EF80405282B1CAA9E6597A5C1E9354B8E36048683A8F8C844CD981EDD8E49641');
INSERT INTO "event" VALUES(30,'2026-11-29T14:39:05.173109+00:00','bo','class-add',17,NULL,2,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'A21E76DC079AC61360FA9FB8FF90460357968DF3153605413FA5CFCD798877B8');
INSERT INTO "event" VALUES(31,'2026-11-29T14:39:05.181455+00:00','bo','label',18,10,2,NULL,NULL,1,NULL,NULL,NULL,NULL,X'350D6CC4CC476BECDA19380AC35474864F07F3AE6A2E737BD9A9C92399494BEE');
INSERT INTO "event" VALUES(32,'2026-11-29T14:39:05.189180+00:00','bo','label',18,12,2,NULL,NULL,1,NULL,NULL,NULL,NULL,X'445F02CA2CC56BD43FE9C1EE7946AE3D4979A29417BD5D831FE1D9B8D9933900');
INSERT INTO "event" VALUES(33,'2026-11-29T14:39:05.225213+00:00','bo','class-rename',20,NULL,2,NULL,NULL,NULL,NULL,NULL,NULL,'{"name": "advert"}',X'C8D07E8F62182504444B763547886CA0D2F378C67B21304D2AAD6838D0D26846');
INSERT INTO "event" VALUES(34,'2026-11-29T14:39:05.241215+00:00','bo','undo',21,NULL,NULL,NULL,NULL,NULL,NULL,33,NULL,NULL,X'B438B3A8E98F28EB184BE9FAA206E1ED0DAC70825229D9473E0A9120682287CF');
INSERT INTO "event" VALUES(35,'2026-11-29T14:39:05.265455+00:00','bo','redo',22,NULL,NULL,NULL,NULL,NULL,NULL,33,NULL,NULL,X'A74D7A7A9D21A6B07BC251E24E1E07256B28CF81F3824AA5D6A2DEC1C02F2D60');
INSERT INTO "event" VALUES(36,'2026-11-29T14:39:05.277146+00:00','bo','class-merge',23,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,'{"classes": [2]}',X'ABD6BD29424DC806CC403F95B4EB9502C6FDA7D7B5C7CE2DE4C75BDE78C8D3C1');
INSERT INTO "event" VALUES(37,'2026-11-29T14:39:05.293104+00:00','bo','class-split',24,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,'{"into": [3, 4]}',X'D2D884B985632F62A4E989567CE7419C26B353F8447480369B97F13618EA214E');
INSERT INTO "event" VALUES(38,'2026-11-29T14:39:05.305117+00:00','bo','undo',25,NULL,NULL,NULL,NULL,NULL,NULL,37,NULL,NULL,X'78F896FD579184471015638E3DF4CC4AFD32375ADBC5FFACFCA14EDBE6912B5B');
INSERT INTO "event" VALUES(39,'2026-11-29T14:39:05.317074+00:00','bo','class-add',26,NULL,5,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'2EF993B5B5FF32225B745EFF85FD3FBB65586640C34AC3A01493188CFC86ACC0');
INSERT INTO "event" VALUES(40,'2026-11-29T14:39:05.327822+00:00','bo','class-retire',27,NULL,5,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'F8A9E6F7AC0B7A9EAE61BF99305CA54CC6B4AB6D2367410632BD0BF749C38B3C');
INSERT INTO "event" VALUES(41,'2026-11-29T14:39:05.337196+00:00','bo','guideline',28,NULL,NULL,NULL,NULL,2,NULL,NULL,NULL,NULL,X'46344046B715E6BA9927C5AD4BD72FB47C915F4109A1729834446694BA5E834D');
INSERT INTO "event" VALUES(42,'2026-11-29T14:39:05.345145+00:00','bo','guideline',29,NULL,NULL,NULL,NULL,3,NULL,NULL,NULL,NULL,X'DC79279C48FFAB9DCF0B7D74E8A7F3004D18A22E41D1C1824680035A99CA8291');
INSERT INTO "event" VALUES(43,'2026-11-29T14:39:05.347984+00:00','bo','undo',30,NULL,NULL,NULL,NULL,NULL,NULL,42,NULL,NULL,X'1D1A6B2D0D76A15363D90485E0D4189B63685C94D3C6FAB39C5E325314A61ABF');
INSERT INTO "event" VALUES(44,'2026-11-29T14:39:06.043152+00:00','bo','relabel',36,34,1,NULL,33,2,NULL,NULL,NULL,NULL,X'1168FB19CAF1291F9975E7721BC45AC56A14DD240CB8AAA956A8987583623D1B');
INSERT INTO "event" VALUES(45,'2026-11-29T14:39:06.053698+00:00','bo','relabel',36,11,1,NULL,33,2,NULL,NULL,NULL,NULL,X'553284CB5688B8FDD6C80280BE9A90D756578FCA26EEC078368DC78EBECD2B54');
INSERT INTO "event" VALUES(46,'2026-11-29T14:39:06.097438+00:00','ana','relabel',39,4,1,NULL,NULL,2,NULL,NULL,NULL,NULL,X'7F1FBCEE4DCDA6E969E9375CE92E5494FD879E96587FA62EFFE44003E7D65575');
INSERT INTO "event" VALUES(47,'2026-11-29T14:39:06.101281+00:00','ana','keep',39,6,1,NULL,NULL,2,NULL,NULL,NULL,NULL,X'99926C8876AD22FEBEDC7232EDBA278CA546F714079839AB716D887A25F82176');
CREATE TABLE event_kind (
  -- What people can do, and what it means.
  kind TEXT PRIMARY KEY,
  about TEXT NOT NULL CHECK (about IN ('example', 'project', 'event')),
  meaning TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "event_kind" VALUES('adjudicate','example','somebody settles what annotators differ on');
INSERT INTO "event_kind" VALUES('class-add','project','a class joins the label set');
INSERT INTO "event_kind" VALUES('class-merge','project','the classes detail.classes count as class_id from now on');
INSERT INTO "event_kind" VALUES('class-rename','project','a class gets another name: detail.name');
INSERT INTO "event_kind" VALUES('class-retire','project','a class leaves the label set; its labels count for none');
INSERT INTO "event_kind" VALUES('class-split','project','a class is replaced by the classes detail.into; its labels count for none');
INSERT INTO "event_kind" VALUES('flag','example','ambiguous or unusable');
INSERT INTO "event_kind" VALUES('guideline','project','a version of the guidelines comes into force: guideline_id');
INSERT INTO "event_kind" VALUES('keep','example','a review confirms the label');
INSERT INTO "event_kind" VALUES('label','example','the annotator says which class the example has');
INSERT INTO "event_kind" VALUES('publish','project','the run puts versions of labeling functions in force: lf_state');
INSERT INTO "event_kind" VALUES('redo','event','puts the act target_id back');
INSERT INTO "event_kind" VALUES('relabel','example','a review corrects the label');
INSERT INTO "event_kind" VALUES('skip','example','left undecided');
INSERT INTO "event_kind" VALUES('undo','event','takes the act target_id back');
CREATE TABLE event_witness (
  -- The newest event when a run ended: by it a removal of the last events is found.
  run_id INTEGER PRIMARY KEY REFERENCES run,
  event_id INTEGER NOT NULL REFERENCES event,
  hash BLOB NOT NULL           -- of the event
) STRICT;
INSERT INTO "event_witness" VALUES(4,1,X'C0958B2BD1267CB4AB692A583131EA40488C3776550CAFCFAD03651079D751F8');
INSERT INTO "event_witness" VALUES(5,1,X'C0958B2BD1267CB4AB692A583131EA40488C3776550CAFCFAD03651079D751F8');
INSERT INTO "event_witness" VALUES(6,1,X'C0958B2BD1267CB4AB692A583131EA40488C3776550CAFCFAD03651079D751F8');
INSERT INTO "event_witness" VALUES(7,2,X'72FABFEC9FCBE234AD23E64BB6C8C894EA60185A2DBCFE78858779914875D06D');
INSERT INTO "event_witness" VALUES(8,2,X'72FABFEC9FCBE234AD23E64BB6C8C894EA60185A2DBCFE78858779914875D06D');
INSERT INTO "event_witness" VALUES(9,15,X'DC33E89AF6727DA5C2FB141245B6C51263FE1BAECCAE1A732E4C3E27EB1BC360');
INSERT INTO "event_witness" VALUES(10,21,X'5966FF8DEF9BDC324A5BDBA1290763EA850DECEF8A80A1727C986757D85DF21D');
INSERT INTO "event_witness" VALUES(11,25,X'FDA9C50B62FED7FA6086FDA28E1FCC9504F8F57E5E99CCAF50ACFFDADDAA37AB');
INSERT INTO "event_witness" VALUES(12,25,X'FDA9C50B62FED7FA6086FDA28E1FCC9504F8F57E5E99CCAF50ACFFDADDAA37AB');
INSERT INTO "event_witness" VALUES(13,26,X'BF70FD06209D304DCBC6C440289C23CFBBFD655F989446E17EA1D7DDA3FACF5C');
INSERT INTO "event_witness" VALUES(14,26,X'BF70FD06209D304DCBC6C440289C23CFBBFD655F989446E17EA1D7DDA3FACF5C');
INSERT INTO "event_witness" VALUES(15,29,X'EF80405282B1CAA9E6597A5C1E9354B8E36048683A8F8C844CD981EDD8E49641');
INSERT INTO "event_witness" VALUES(16,29,X'EF80405282B1CAA9E6597A5C1E9354B8E36048683A8F8C844CD981EDD8E49641');
INSERT INTO "event_witness" VALUES(17,30,X'A21E76DC079AC61360FA9FB8FF90460357968DF3153605413FA5CFCD798877B8');
INSERT INTO "event_witness" VALUES(18,32,X'445F02CA2CC56BD43FE9C1EE7946AE3D4979A29417BD5D831FE1D9B8D9933900');
INSERT INTO "event_witness" VALUES(19,32,X'445F02CA2CC56BD43FE9C1EE7946AE3D4979A29417BD5D831FE1D9B8D9933900');
INSERT INTO "event_witness" VALUES(20,33,X'C8D07E8F62182504444B763547886CA0D2F378C67B21304D2AAD6838D0D26846');
INSERT INTO "event_witness" VALUES(21,34,X'B438B3A8E98F28EB184BE9FAA206E1ED0DAC70825229D9473E0A9120682287CF');
INSERT INTO "event_witness" VALUES(22,35,X'A74D7A7A9D21A6B07BC251E24E1E07256B28CF81F3824AA5D6A2DEC1C02F2D60');
INSERT INTO "event_witness" VALUES(23,36,X'ABD6BD29424DC806CC403F95B4EB9502C6FDA7D7B5C7CE2DE4C75BDE78C8D3C1');
INSERT INTO "event_witness" VALUES(24,37,X'D2D884B985632F62A4E989567CE7419C26B353F8447480369B97F13618EA214E');
INSERT INTO "event_witness" VALUES(25,38,X'78F896FD579184471015638E3DF4CC4AFD32375ADBC5FFACFCA14EDBE6912B5B');
INSERT INTO "event_witness" VALUES(26,39,X'2EF993B5B5FF32225B745EFF85FD3FBB65586640C34AC3A01493188CFC86ACC0');
INSERT INTO "event_witness" VALUES(27,40,X'F8A9E6F7AC0B7A9EAE61BF99305CA54CC6B4AB6D2367410632BD0BF749C38B3C');
INSERT INTO "event_witness" VALUES(28,41,X'46344046B715E6BA9927C5AD4BD72FB47C915F4109A1729834446694BA5E834D');
INSERT INTO "event_witness" VALUES(29,42,X'DC79279C48FFAB9DCF0B7D74E8A7F3004D18A22E41D1C1824680035A99CA8291');
INSERT INTO "event_witness" VALUES(30,43,X'1D1A6B2D0D76A15363D90485E0D4189B63685C94D3C6FAB39C5E325314A61ABF');
INSERT INTO "event_witness" VALUES(31,43,X'1D1A6B2D0D76A15363D90485E0D4189B63685C94D3C6FAB39C5E325314A61ABF');
INSERT INTO "event_witness" VALUES(32,43,X'1D1A6B2D0D76A15363D90485E0D4189B63685C94D3C6FAB39C5E325314A61ABF');
INSERT INTO "event_witness" VALUES(33,43,X'1D1A6B2D0D76A15363D90485E0D4189B63685C94D3C6FAB39C5E325314A61ABF');
INSERT INTO "event_witness" VALUES(34,43,X'1D1A6B2D0D76A15363D90485E0D4189B63685C94D3C6FAB39C5E325314A61ABF');
INSERT INTO "event_witness" VALUES(35,43,X'1D1A6B2D0D76A15363D90485E0D4189B63685C94D3C6FAB39C5E325314A61ABF');
INSERT INTO "event_witness" VALUES(36,45,X'553284CB5688B8FDD6C80280BE9A90D756578FCA26EEC078368DC78EBECD2B54');
INSERT INTO "event_witness" VALUES(37,45,X'553284CB5688B8FDD6C80280BE9A90D756578FCA26EEC078368DC78EBECD2B54');
INSERT INTO "event_witness" VALUES(38,45,X'553284CB5688B8FDD6C80280BE9A90D756578FCA26EEC078368DC78EBECD2B54');
INSERT INTO "event_witness" VALUES(39,47,X'99926C8876AD22FEBEDC7232EDBA278CA546F714079839AB716D887A25F82176');
INSERT INTO "event_witness" VALUES(40,47,X'99926C8876AD22FEBEDC7232EDBA278CA546F714079839AB716D887A25F82176');
INSERT INTO "event_witness" VALUES(41,47,X'99926C8876AD22FEBEDC7232EDBA278CA546F714079839AB716D887A25F82176');
INSERT INTO "event_witness" VALUES(42,47,X'99926C8876AD22FEBEDC7232EDBA278CA546F714079839AB716D887A25F82176');
INSERT INTO "event_witness" VALUES(43,47,X'99926C8876AD22FEBEDC7232EDBA278CA546F714079839AB716D887A25F82176');
INSERT INTO "event_witness" VALUES(44,47,X'99926C8876AD22FEBEDC7232EDBA278CA546F714079839AB716D887A25F82176');
INSERT INTO "event_witness" VALUES(45,47,X'99926C8876AD22FEBEDC7232EDBA278CA546F714079839AB716D887A25F82176');
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
INSERT INTO "example" VALUES(1,'r0',1,1,NULL,'first','good','{"day": "2026-01-01"}',X'CB7D91EC2097BD81F06E4FEE9D05D75F');
INSERT INTO "example" VALUES(2,'r1',1,2,1,'first','good','{"day": "2026-01-02"}',X'5F4FA22F735D936156B6F43232DE22BA');
INSERT INTO "example" VALUES(3,'r2',1,3,0,'first','good','{"day": "2026-01-03"}',X'9F8EA2E81FA011E60361EF709359AE6B');
INSERT INTO "example" VALUES(4,'r3',1,4,0,'first','bad','{"day": "2026-01-04"}',X'9D3C345B74A61EBD957613FC4137E4F7');
INSERT INTO "example" VALUES(5,'r4',1,5,NULL,'first','good','{"day": "2026-01-05"}',X'3A4DB033085E6B93C77522A14C8BA711');
INSERT INTO "example" VALUES(6,'r5',1,6,1,'first','bad','{"day": "2026-01-06"}',X'C4B04948541EF279CB10879418154A2F');
INSERT INTO "example" VALUES(7,'r6',1,7,0,'first','good','{"day": "2026-01-07"}',X'8B20E2A2380E388B86646451A4A70AD0');
INSERT INTO "example" VALUES(8,'r7',1,8,1,'first','good','{"day": "2026-01-08"}',X'259F6430D95BAE31517DA733035C77A2');
INSERT INTO "example" VALUES(9,'r8',1,9,NULL,'first','good','{"day": "2026-01-09"}',X'A97F868D4E6C7BC9D39FBF5178B969C1');
INSERT INTO "example" VALUES(10,'r9',1,10,1,'first','good','{"day": "2026-01-10"}',X'54090C07B5F2B5B1B452D407E5848F37');
INSERT INTO "example" VALUES(11,'r10',1,11,0,'first','good','{"day": "2026-01-11"}',X'FC62B9E2E0613C04AE8B091EE5924414');
INSERT INTO "example" VALUES(12,'r11',1,12,1,'first','good','{"day": "2026-01-12"}',X'01B5043247E0718CB46F1001EF7AEC22');
INSERT INTO "example" VALUES(13,'r12',1,13,NULL,'first','good','{"day": "2026-01-13"}',X'D31F2FD5E5628CDC673C375EFB81684F');
INSERT INTO "example" VALUES(14,'r13',1,14,0,'first','bad','{"day": "2026-01-14"}',X'B5F1E3F75ABAE802B7314E0E30CE2B2E');
INSERT INTO "example" VALUES(15,'r14',1,15,0,'first','good','{"day": "2026-01-15"}',X'3580EB5F15A4DB4E3E26C4CD01D92578');
INSERT INTO "example" VALUES(16,'r15',1,16,1,'first','bad','{"day": "2026-01-16"}',X'51FFA3E7DC180CC01C3C267452C9BC8F');
INSERT INTO "example" VALUES(17,'r16',1,17,NULL,'first','good','{"day": "2026-01-17"}',X'E9AAFB359B3B6E5387DAC79B86B34D8A');
INSERT INTO "example" VALUES(18,'r17',1,18,1,'first','good','{"day": "2026-01-18"}',X'2B2C746C4028E78C3314D0C56DD3902E');
INSERT INTO "example" VALUES(19,'r18',1,19,0,'first','good','{"day": "2026-01-19"}',X'9F7DDA3C452F67132962E503E0E1966F');
INSERT INTO "example" VALUES(20,'r19',1,20,1,'first','good','{"day": "2026-01-20"}',X'29F4EE057D72CB460C7984803679D418');
INSERT INTO "example" VALUES(21,'r20',1,21,NULL,'first','good','{"day": "2026-01-21"}',X'4AD315A2ED2010B53EE5F8D923C05261');
INSERT INTO "example" VALUES(22,'r21',1,22,1,'first','good','{"day": "2026-01-22"}',X'311E03D2B37B704CE0DDA59B0BF1EA7E');
INSERT INTO "example" VALUES(23,'r22',1,23,0,'first','good','{"day": "2026-01-23"}',X'92B1E186EC9FBABD342EB9636EEBCE9E');
INSERT INTO "example" VALUES(24,'r23',1,24,0,'first','bad','{"day": "2026-01-24"}',X'CAE176A3300DD1CF39157C8F4325251C');
INSERT INTO "example" VALUES(25,'r24',1,25,NULL,'first','good','{"day": "2026-01-25"}',X'2FE68BBF2E40D9BAFB256C0A0AA74FE9');
INSERT INTO "example" VALUES(26,'r25',1,26,1,'first','bad','{"day": "2026-01-26"}',X'685CD39A37B491DD92175D817437F3F9');
INSERT INTO "example" VALUES(27,'r26',1,27,0,'first','good','{"day": "2026-01-27"}',X'E8A8C439EA8C07A5E6D9D273D0FFA0BE');
INSERT INTO "example" VALUES(28,'r27',1,28,1,'first','good','{"day": "2026-01-28"}',X'F27BA1B63339ACD7D379782FD6DC807B');
INSERT INTO "example" VALUES(29,'r28',1,29,NULL,'first','good','{"day": "2026-01-01"}',X'719271E982B5B443D1E8984B3E5F524B');
INSERT INTO "example" VALUES(30,'r29',1,30,1,'first','good','{"day": "2026-01-02"}',X'96F5E2C668D9BD54256198BD6F938478');
INSERT INTO "example" VALUES(31,'r30',1,31,0,'first','good','{"day": "2026-01-03"}',X'F8EF3A3B61D27C48C372C218C10E407B');
INSERT INTO "example" VALUES(32,'r31',1,32,1,'first','good','{"day": "2026-01-04"}',X'B12778B9E445CEBE5F0BE8BCC729D948');
INSERT INTO "example" VALUES(33,'r32',1,33,NULL,'first','good','{"day": "2026-01-05"}',X'6F0E48EB04B05504DBB6C5F1EBB87BB4');
INSERT INTO "example" VALUES(34,'r33',1,34,0,'first','bad','{"day": "2026-01-06"}',X'317955B18A4AC6446A602D867F9F0943');
INSERT INTO "example" VALUES(35,'r34',1,35,0,'first','good','{"day": "2026-01-07"}',X'285B38819E8E610BC93DCDD9246D2833');
INSERT INTO "example" VALUES(36,'r35',1,36,1,'first','bad','{"day": "2026-01-08"}',X'E28D79E8A7366EB62F7CF80EDBD10D07');
INSERT INTO "example" VALUES(37,'r36',1,37,NULL,'first','good','{"day": "2026-01-09"}',X'03B42BD31E43A0C2D389B5909709A352');
INSERT INTO "example" VALUES(38,'r37',1,38,1,'first','good','{"day": "2026-01-10"}',X'3E2F815108F1283B30447F9AA9016C99');
INSERT INTO "example" VALUES(39,'r38',1,39,0,'first','good','{"day": "2026-01-11"}',X'FD85874F059CC63F05DA0390AB506932');
INSERT INTO "example" VALUES(40,'r39',1,40,1,'first','good','{"day": "2026-01-12"}',X'A174FFC2EBE2EC5CEF80C148D4758F12');
INSERT INTO "example" VALUES(41,'r40',2,1,0,NULL,'good','{"day": "2026-01-13"}',X'7555138AC1DC327AB30C860D2EBB849F');
INSERT INTO "example" VALUES(42,'r41',2,2,1,NULL,'good','{"day": "2026-01-14"}',X'83992BC209021A3BF0B4990352CA15E6');
INSERT INTO "example" VALUES(43,'r42',2,3,0,NULL,'good','{"day": "2026-01-15"}',X'27DB5D6A461E0BE5D064A33F7349477A');
INSERT INTO "example" VALUES(44,'r43',2,4,1,NULL,'bad','{"day": "2026-01-16"}',X'7D97AD11A05C7DBFF3A7A56301105B70');
INSERT INTO "example" VALUES(45,'r44',2,5,0,NULL,'good','{"day": "2026-01-17"}',X'8A69376EBC35DF08FC4725127010E3FC');
INSERT INTO "example" VALUES(46,'r45',2,6,1,NULL,'bad','{"day": "2026-01-18"}',X'75DC8BE6B9ADA93BF54F6E93685BFB62');
INSERT INTO "example" VALUES(47,'r46',2,7,0,NULL,'good','{"day": "2026-01-19"}',X'471B8F75A7F0BB5F6035D701BC7224E0');
INSERT INTO "example" VALUES(48,'r47',2,8,1,NULL,'good','{"day": "2026-01-20"}',X'49A0FD2CEDF68E34D602855BF561A149');
INSERT INTO "example" VALUES(49,'r48',2,9,0,NULL,'good','{"day": "2026-01-21"}',X'47AE27923FFB03F1C087F0A4451EEC2A');
INSERT INTO "example" VALUES(50,'r49',2,10,1,NULL,'good','{"day": "2026-01-22"}',X'AA839D91B6A676926B07D7570E71476C');
CREATE TABLE example_text (
  -- The text of each example, apart from the facts about it.
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
INSERT INTO "example_text" VALUES(41,'see you at lunch number 760');
INSERT INTO "example_text" VALUES(42,'free prize call now number 679');
INSERT INTO "example_text" VALUES(43,'are you coming home number 598');
INSERT INTO "example_text" VALUES(44,'win cash today number 517');
INSERT INTO "example_text" VALUES(45,'thanks for dinner number 436');
INSERT INTO "example_text" VALUES(46,'claim your free phone number 355');
INSERT INTO "example_text" VALUES(47,'the meeting is at noon number 274');
INSERT INTO "example_text" VALUES(48,'urgent call this number number 193');
INSERT INTO "example_text" VALUES(49,'see you at lunch number 112');
INSERT INTO "example_text" VALUES(50,'free prize call now number 31');
CREATE TABLE export (
  -- A file of labels that was written, and its SHA-256.
  run_id INTEGER PRIMARY KEY REFERENCES run,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  format TEXT NOT NULL,
  n_rows INTEGER NOT NULL
) STRICT;
INSERT INTO "export" VALUES(42,'/tmp/project/snapshot.csv','2db2eea1cf67b4fad7d24484fd72f9d17e1177a46c526bee02274b739d7a5a31','csv',40);
INSERT INTO "export" VALUES(43,'/tmp/project/labels.csv','538970825495b0ab1d36b3b905474e7a53fb7a4616142d8e51a5dc8d7d28efcf','csv',40);
CREATE TABLE export_block (
  -- Which label each example had in an export.
  run_id INTEGER NOT NULL REFERENCES run,
  start_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  classes BLOB NOT NULL,       -- uint16 little-endian a row, 65535 = not in it
  PRIMARY KEY (run_id, start_id)
) STRICT;
INSERT INTO "export_block" VALUES(42,1,50,X'0000010000000000000001000000010001000100010001000000000000000100000001000000010000000100000000000000010000000100000001000000010000000100000001000000010000000100FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "export_block" VALUES(43,1,50,X'0000010000000100000001000000010001000100010001000000000000000100000001000000010000000100000000000000010000000100000001000000010000000100000001000000010000000100FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
CREATE TABLE guideline (
  -- A version of the guidelines for annotators.
  guideline_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  agent TEXT NOT NULL,
  content TEXT NOT NULL        -- Markdown
) STRICT;
INSERT INTO "guideline" VALUES(1,'2026-11-29T14:39:04.681043+00:00','ana@lab','# Spam

Unasked-for advertising.
');
INSERT INTO "guideline" VALUES(2,'2026-11-29T14:39:05.337062+00:00','ana@lab','# Spam

Unasked-for advertising, and fraud.
');
INSERT INTO "guideline" VALUES(3,'2026-11-29T14:39:05.345089+00:00','ana@lab','# Nothing
');
CREATE TABLE label_model (
  -- What an aggregation learnt; with label_model_weight enough to weigh any row without a fit.
  run_id INTEGER NOT NULL REFERENCES run,
  model TEXT NOT NULL,
  log_prior BLOB NOT NULL,     -- float64 little-endian, nats: one a class
  PRIMARY KEY (run_id, model)
) STRICT, WITHOUT ROWID;
INSERT INTO "label_model" VALUES(5,'dawid-skene',X'EF39FAFE422EE6BFEF39FAFE422EE6BF');
INSERT INTO "label_model" VALUES(5,'majority',X'EF39FAFE422EE6BFEF39FAFE422EE6BF');
INSERT INTO "label_model" VALUES(5,'snorkel',X'EF39FAFE422EE6BFEF39FAFE422EE6BF');
INSERT INTO "label_model" VALUES(32,'dawid-skene',X'EF39FAFE422EE6BFEF39FAFE422EE6BF');
INSERT INTO "label_model" VALUES(32,'majority',X'EF39FAFE422EE6BFEF39FAFE422EE6BF');
INSERT INTO "label_model" VALUES(32,'snorkel',X'EF39FAFE422EE6BFEF39FAFE422EE6BF');
CREATE TABLE label_model_weight (
  -- The evidence that each outcome of a labeling function gives each class.
  run_id INTEGER NOT NULL REFERENCES run,
  model TEXT NOT NULL,
  position INTEGER NOT NULL,            -- column of the vote matrix
  lf_version_id INTEGER NOT NULL REFERENCES lf_version,
  log_likelihood BLOB NOT NULL,         -- float64 little-endian, nats: a row for abstain, one a class voted; a column a class
  PRIMARY KEY (run_id, model, position)
) STRICT, WITHOUT ROWID;
INSERT INTO "label_model_weight" VALUES(5,'dawid-skene',0,1,X'0000000000000000000000000000000040F4E68FD51C11C05BE090E9FF6C14C0134AC89C778014C0888AAFDC5D0911C0');
INSERT INTO "label_model_weight" VALUES(5,'dawid-skene',1,3,X'00000000000000000000000000000000511508F841CC12C0D2FB1444540716C005C93902470F01C0542123897989EFBF');
INSERT INTO "label_model_weight" VALUES(5,'dawid-skene',2,4,X'00000000000000000000000000000000763BDDEE7C64EFBFFBE6A3DDC7EA01C0246BE904E42F16C0FEA53337B2A312C0');
INSERT INTO "label_model_weight" VALUES(5,'dawid-skene',3,2,X'0000000000000000000000000000000080278E2BDFD912C05B8AEC7B8E1216C0A4D80C5B4D3CF8BFD64CC93A9DB7E4BF');
INSERT INTO "label_model_weight" VALUES(5,'dawid-skene',4,5,X'00000000000000000000000000000000CA8089B16099D6BFDC5B3627A1A3F4BF7974C098CF4616C092D9B388EDB612C0');
INSERT INTO "label_model_weight" VALUES(5,'majority',0,1,X'000000000000000000000000000000000000000000004940000000000000000000000000000000000000000000004940');
INSERT INTO "label_model_weight" VALUES(5,'majority',1,3,X'000000000000000000000000000000000000000000004940000000000000000000000000000000000000000000004940');
INSERT INTO "label_model_weight" VALUES(5,'majority',2,4,X'000000000000000000000000000000000000000000004940000000000000000000000000000000000000000000004940');
INSERT INTO "label_model_weight" VALUES(5,'majority',3,2,X'000000000000000000000000000000000000000000004940000000000000000000000000000000000000000000004940');
INSERT INTO "label_model_weight" VALUES(5,'majority',4,5,X'000000000000000000000000000000000000000000004940000000000000000000000000000000000000000000004940');
INSERT INTO "label_model_weight" VALUES(5,'snorkel',0,1,X'00000000000000000000000000000000000000C0B16B12C0000000C0B16B12C0000000C0B16B12C0000000C0B16B12C0');
INSERT INTO "label_model_weight" VALUES(5,'snorkel',1,3,X'00000000000000000000000000000000000000C0B16B12C0000000C0B16B12C0000000C0B16B12C000000040EBA2E8BF');
INSERT INTO "label_model_weight" VALUES(5,'snorkel',2,4,X'00000000000000000000000000000000000000C0C0A9E1BF000000C0B16B12C0000000C0B16B12C0000000C0B16B12C0');
INSERT INTO "label_model_weight" VALUES(5,'snorkel',3,2,X'00000000000000000000000000000000000000C0B16B12C0000000C0B16B12C00000000059A8FCBF000000E02F35E1BF');
INSERT INTO "label_model_weight" VALUES(5,'snorkel',4,5,X'00000000000000000000000000000000000000201D55BFBF0000002093E800C0000000C0B16B12C0000000C0B16B12C0');
INSERT INTO "label_model_weight" VALUES(32,'dawid-skene',0,1,X'0000000000000000000000000000000040F4E68FD51C11C05BE090E9FF6C14C0134AC89C778014C0888AAFDC5D0911C0');
INSERT INTO "label_model_weight" VALUES(32,'dawid-skene',1,3,X'00000000000000000000000000000000511508F841CC12C0D2FB1444540716C005C93902470F01C0542123897989EFBF');
INSERT INTO "label_model_weight" VALUES(32,'dawid-skene',2,4,X'00000000000000000000000000000000763BDDEE7C64EFBFFBE6A3DDC7EA01C0246BE904E42F16C0FEA53337B2A312C0');
INSERT INTO "label_model_weight" VALUES(32,'dawid-skene',3,2,X'0000000000000000000000000000000080278E2BDFD912C05B8AEC7B8E1216C0A4D80C5B4D3CF8BFD64CC93A9DB7E4BF');
INSERT INTO "label_model_weight" VALUES(32,'dawid-skene',4,5,X'00000000000000000000000000000000CA8089B16099D6BFDC5B3627A1A3F4BF7974C098CF4616C092D9B388EDB612C0');
INSERT INTO "label_model_weight" VALUES(32,'majority',0,1,X'000000000000000000000000000000000000000000004940000000000000000000000000000000000000000000004940');
INSERT INTO "label_model_weight" VALUES(32,'majority',1,3,X'000000000000000000000000000000000000000000004940000000000000000000000000000000000000000000004940');
INSERT INTO "label_model_weight" VALUES(32,'majority',2,4,X'000000000000000000000000000000000000000000004940000000000000000000000000000000000000000000004940');
INSERT INTO "label_model_weight" VALUES(32,'majority',3,2,X'000000000000000000000000000000000000000000004940000000000000000000000000000000000000000000004940');
INSERT INTO "label_model_weight" VALUES(32,'majority',4,5,X'000000000000000000000000000000000000000000004940000000000000000000000000000000000000000000004940');
INSERT INTO "label_model_weight" VALUES(32,'snorkel',0,1,X'00000000000000000000000000000000000000C0B16B12C0000000C0B16B12C0000000C0B16B12C0000000C0B16B12C0');
INSERT INTO "label_model_weight" VALUES(32,'snorkel',1,3,X'00000000000000000000000000000000000000C0B16B12C0000000C0B16B12C0000000C0B16B12C000000040EBA2E8BF');
INSERT INTO "label_model_weight" VALUES(32,'snorkel',2,4,X'00000000000000000000000000000000000000C0C0A9E1BF000000C0B16B12C0000000C0B16B12C0000000C0B16B12C0');
INSERT INTO "label_model_weight" VALUES(32,'snorkel',3,2,X'00000000000000000000000000000000000000C0B16B12C0000000C0B16B12C00000000059A8FCBF000000E02F35E1BF');
INSERT INTO "label_model_weight" VALUES(32,'snorkel',4,5,X'00000000000000000000000000000000000000201D55BFBF0000002093E800C0000000C0B16B12C0000000C0B16B12C0');
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
INSERT INTO "lf_error" VALUES(4,1,7,'ValueError','noon',7,'Traceback (most recent call last):
  File "/tmp/project/labeling_functions/bad.py", line 7, in brittle
    raise ValueError("noon")
ValueError: noon
');
INSERT INTO "lf_error" VALUES(4,1,15,'ValueError','noon',7,'Traceback (most recent call last):
  File "/tmp/project/labeling_functions/bad.py", line 7, in brittle
    raise ValueError("noon")
ValueError: noon
');
INSERT INTO "lf_error" VALUES(4,1,23,'ValueError','noon',7,'Traceback (most recent call last):
  File "/tmp/project/labeling_functions/bad.py", line 7, in brittle
    raise ValueError("noon")
ValueError: noon
');
INSERT INTO "lf_error" VALUES(4,1,31,'ValueError','noon',7,'Traceback (most recent call last):
  File "/tmp/project/labeling_functions/bad.py", line 7, in brittle
    raise ValueError("noon")
ValueError: noon
');
INSERT INTO "lf_error" VALUES(4,1,39,'ValueError','noon',7,'Traceback (most recent call last):
  File "/tmp/project/labeling_functions/bad.py", line 7, in brittle
    raise ValueError("noon")
ValueError: noon
');
INSERT INTO "lf_error" VALUES(4,1,47,'ValueError','noon',7,'Traceback (most recent call last):
  File "/tmp/project/labeling_functions/bad.py", line 7, in brittle
    raise ValueError("noon")
ValueError: noon
');
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
INSERT INTO "lf_run" VALUES(4,1,50,0,6,1.05396700018900446593e-03,NULL);
INSERT INTO "lf_run" VALUES(4,2,50,19,0,2.30493002163711935281e-04,NULL);
INSERT INTO "lf_run" VALUES(4,3,50,13,0,4.92229992232751101255e-05,NULL);
INSERT INTO "lf_run" VALUES(4,4,50,13,0,1.04776001535356044769e-04,NULL);
INSERT INTO "lf_run" VALUES(4,5,50,25,0,3.25080000038724392652e-05,NULL);
CREATE TABLE lf_state (
  -- Which version of a labeling function is in force since a run; no version: withdrawn.
  run_id INTEGER NOT NULL REFERENCES run,
  name TEXT NOT NULL,
  lf_version_id INTEGER REFERENCES lf_version,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "lf_state" VALUES(4,'brittle',1);
INSERT INTO "lf_state" VALUES(4,'calls',3);
INSERT INTO "lf_state" VALUES(4,'meals',4);
INSERT INTO "lf_state" VALUES(4,'offers',2);
INSERT INTO "lf_state" VALUES(4,'polite',5);
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
INSERT INTO "lf_version" VALUES(1,4,'brittle','1c692814e5e14ae382cc9fd467ad96a6','python','bad.py',4,'from workbench import ABSTAIN, labeling_function



@labeling_function()
def brittle(record):
    if "noon" in record.text:
        raise ValueError("noon")
    return ABSTAIN');
INSERT INTO "lf_version" VALUES(2,4,'offers','1f6952f0b2ffc69582efe0319ff935b0','keywords','first.py',4,'keywords(''offers'', words=[''free'', ''win'', ''claim''], label=''spam'', column=''text'', whole_words=True, case_sensitive=False)');
INSERT INTO "lf_version" VALUES(3,4,'calls','d43d6bf11eff1a86605241358aa4325f','regex','first.py',5,'regex(''calls'', pattern=''call (now|this)'', label=''spam'', column=''text'', case_sensitive=False)');
INSERT INTO "lf_version" VALUES(4,4,'meals','3dcbf9ce7695777f4908bf5964404900','keywords','first.py',6,'keywords(''meals'', words=[''lunch'', ''dinner''], label=''ham'', column=''text'', whole_words=True, case_sensitive=False)');
INSERT INTO "lf_version" VALUES(5,4,'polite','0f7671ad2648e224baabd4f29bf374d2','python','first.py',9,'from workbench import ABSTAIN, keywords, labeling_function, regex



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
INSERT INTO "proposal" VALUES(8,1,12,2.31237068772315979003e-01,'random control; 2 draws said the same');
INSERT INTO "proposal" VALUES(8,2,38,4.52744755309512914021e-01,'stands for a cluster of 18 rows');
INSERT INTO "proposal" VALUES(8,3,1,4.78883006718116732702e-01,'stands for a cluster of 10 rows');
INSERT INTO "proposal" VALUES(8,4,7,0.57328871075813,'stands for a cluster of 5 rows');
INSERT INTO "proposal" VALUES(8,5,37,5.58401753170836401274e-01,'stands for a cluster of 5 rows');
INSERT INTO "proposal" VALUES(33,1,11,9.62079254384586302073e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,2,14,9.17689903330560330374e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,3,32,9.74521159938897874042e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,4,29,8.48691339966999191979e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,5,40,9.7266325078587445585e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,6,1,9.62967325554373365648e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,7,31,9.73613029198191592961e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,8,10,9.56843964453716555595e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,9,35,9.67345502279150393221e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,10,15,9.64787815333163600861e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,11,20,9.07177351034083145897e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,12,8,9.74915358005995713597e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,13,2,9.54884746440971210468e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,14,18,9.94535737920439588677e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,15,36,9.33565457386981156773e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,16,13,8.28123539734443636639e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,17,5,8.08651441333284926038e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,18,24,6.45649043877374650968e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,19,33,9.59691235082536064915e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,20,21,0.860521761488207,'control sample: drawn at random among the labels that the audit trusts');
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
INSERT INTO "run" VALUES(1,'init','2026-11-29T14:39:03.217551+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"classes": ["ham", "spam"]}',NULL,NULL);
INSERT INTO "run" VALUES(2,'import','2026-11-29T14:39:03.249778+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"files": ["train.csv"], "folder": "/tmp/project", "role": "train", "batch": "first", "vendor": null, "columns": {"text": "text", "id": "id", "label": "label", "batch": "batch", "vendor": "vendor"}, "encoding": "utf-8", "on_bad_row": "stop"}',NULL,NULL);
INSERT INTO "run" VALUES(3,'import','2026-11-29T14:39:03.261344+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"files": ["eval.csv"], "folder": "/tmp/project", "role": "evaluation", "batch": null, "vendor": null, "columns": {"text": "text", "id": "id", "label": "label", "batch": "batch", "vendor": "vendor"}, "encoding": "utf-8", "on_bad_row": "stop"}',NULL,NULL);
INSERT INTO "run" VALUES(4,'apply','2026-11-29T14:39:03.387602+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"only": [], "retry": false, "workers": 1, "block": 5000}',NULL,NULL);
INSERT INTO "run" VALUES(5,'aggregate','2026-11-29T14:39:03.424418+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"model": "auto", "class_balance": null, "solver": "numpy"}',0,'fddc59294ac5739d3718a5f6e704c98aa9e1a6fddc2df0d928626b61f828225c');
INSERT INTO "run" VALUES(6,'train','2026-11-29T14:39:03.901145+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"embeddings": false}',0,'6f433e286be25545ee76b860f51ae503f935539c363bcd1a7be3ca77a9783c01');
INSERT INTO "run" VALUES(7,'guideline','2026-11-29T14:39:04.676870+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{}',NULL,NULL);
INSERT INTO "run" VALUES(8,'propose','2026-11-29T14:39:04.685508+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"n": 5, "strategy": "auto", "label": null, "where": null, "embedder": null, "role": "train"}',0,NULL);
INSERT INTO "run" VALUES(9,'annotate','2026-11-29T14:39:04.881422+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "ana"}',NULL,NULL);
INSERT INTO "run" VALUES(10,'annotate','2026-11-29T14:39:04.945370+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(11,'annotate','2026-11-29T14:39:05.009267+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "cy"}',NULL,NULL);
INSERT INTO "run" VALUES(12,'consensus','2026-11-29T14:39:05.097878+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 25, "classes": [0, 1]}',NULL,'217d8b9b9fffbb7b4bee1ab3675ead5a5bef1fd6a8da0d977802822f6dc6a5de');
INSERT INTO "run" VALUES(13,'annotate','2026-11-29T14:39:05.121392+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(14,'consensus','2026-11-29T14:39:05.127815+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 26, "classes": [0, 1]}',NULL,'56f43d7f512f860da01145b884c097d211763e5e9661292ed285bffec6ca6738');
INSERT INTO "run" VALUES(15,'annotate','2026-11-29T14:39:05.141235+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "cy"}',NULL,NULL);
INSERT INTO "run" VALUES(16,'consensus','2026-11-29T14:39:05.157484+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 29, "classes": [0, 1]}',NULL,'45e08dcea2f1eccb988326ea1e1f5c58f2cdbdd2d88fb587de7afc2552685cae');
INSERT INTO "run" VALUES(17,'class','2026-11-29T14:39:05.169139+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"acts": [["class-add", "promo", {}]]}',NULL,NULL);
INSERT INTO "run" VALUES(18,'annotate','2026-11-29T14:39:05.181245+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(19,'consensus','2026-11-29T14:39:05.201529+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 32, "classes": [0, 1, 2]}',NULL,'47ad8b1e6d5596262c875ca3ef49a5d29760b0cea5c4c4fecea756ab32ad570e');
INSERT INTO "run" VALUES(20,'class','2026-11-29T14:39:05.217329+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"acts": [["class-rename", "promo", {"name": "advert"}]]}',NULL,NULL);
INSERT INTO "run" VALUES(21,'undo','2026-11-29T14:39:05.233358+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(22,'redo','2026-11-29T14:39:05.253697+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(23,'class','2026-11-29T14:39:05.273354+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"acts": [["class-merge", "spam", {"classes": [2]}]]}',NULL,NULL);
INSERT INTO "run" VALUES(24,'class','2026-11-29T14:39:05.289355+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"acts": [["class-split", "spam", {"into": ["offer", "fraud"]}]]}',NULL,NULL);
INSERT INTO "run" VALUES(25,'undo','2026-11-29T14:39:05.301149+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(26,'class','2026-11-29T14:39:05.313233+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"acts": [["class-add", "other", {}]]}',NULL,NULL);
INSERT INTO "run" VALUES(27,'class','2026-11-29T14:39:05.325238+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"acts": [["class-retire", "other", {}]]}',NULL,NULL);
INSERT INTO "run" VALUES(28,'guideline','2026-11-29T14:39:05.334026+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{}',NULL,NULL);
INSERT INTO "run" VALUES(29,'guideline','2026-11-29T14:39:05.341438+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{}',NULL,NULL);
INSERT INTO "run" VALUES(30,'undo','2026-11-29T14:39:05.346669+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(31,'consensus','2026-11-29T14:39:05.350811+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 32, "classes": [0, 1, 1]}',NULL,'3bdefa9a79e11a0800cb04fc6ca6b30e32203092c081d6b9bbe90eda8d35d291');
INSERT INTO "run" VALUES(32,'aggregate','2026-11-29T14:39:05.362882+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"model": "auto", "class_balance": null, "solver": "numpy"}',0,'8a17c2f20dc9767855a83b0141e7d331e26216790060f877a0ada444be761dc2');
INSERT INTO "run" VALUES(33,'audit','2026-11-29T14:39:05.413341+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"probabilities": null}',0,'6f14ef98e0eca170bb4977cbbbc91778163f0c9e6ef27acc5e164ca3b743183b');
INSERT INTO "run" VALUES(34,'diagnose','2026-11-29T14:39:05.729354+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"compare": null, "time_column": null, "embeddings": false}',0,NULL);
INSERT INTO "run" VALUES(35,'split','2026-11-29T14:39:06.004555+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"shares": [80.0, 10.0, 10.0]}',0,NULL);
INSERT INTO "run" VALUES(36,'annotate','2026-11-29T14:39:06.042919+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(37,'consensus','2026-11-29T14:39:06.061632+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 45, "classes": [0, 1, 1]}',NULL,'73b850d70860e9c1b87a9c4345208f87886aaf70f4c6f537014ac51edbddb895');
INSERT INTO "run" VALUES(38,'snapshot','2026-11-29T14:39:06.081270+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"name": "before"}',NULL,NULL);
INSERT INTO "run" VALUES(39,'annotate','2026-11-29T14:39:06.097228+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "ana"}',NULL,NULL);
INSERT INTO "run" VALUES(40,'consensus','2026-11-29T14:39:06.117506+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 47, "classes": [0, 1, 1]}',NULL,'9d5b5c6c89f4bd0bff1ee2d41ddc095c61ec2e293dce4858cd50ab98e967526c');
INSERT INTO "run" VALUES(41,'train','2026-11-29T14:39:06.133299+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"embeddings": false}',0,'053edcb51f147effa98b6820b9d63a14845ff0cb72e74b518911a35c114b485a');
INSERT INTO "run" VALUES(42,'export','2026-11-29T14:39:06.197623+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"path": "snapshot.csv", "format": "csv", "role": "train", "snapshot": "before"}',NULL,NULL);
INSERT INTO "run" VALUES(43,'export','2026-11-29T14:39:06.227561+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"path": "labels.csv", "format": "csv", "role": "train"}',NULL,NULL);
INSERT INTO "run" VALUES(44,'forget','2026-11-29T14:39:06.308220+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"uids": ["r39"], "reason": "asked for"}',NULL,NULL);
INSERT INTO "run" VALUES(45,'export','2026-11-29T14:39:06.341711+00:00','ana@lab','lab:21947:1717462','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"path": "full", "format": "csv", "role": "train"}',NULL,NULL);
CREATE TABLE run_end (
  -- How a run ended. A run without this row is under way, or its process died.
  run_id INTEGER PRIMARY KEY REFERENCES run,
  ended_at TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed', 'cancelled', 'crashed')),
  counts TEXT NOT NULL,        -- JSON: what it read and made, in numbers
  error TEXT                   -- where it failed: the message
) STRICT;
INSERT INTO "run_end" VALUES(1,'2026-11-29T14:39:03.224541+00:00','done','{"classes": 2}',NULL);
INSERT INTO "run_end" VALUES(2,'2026-11-29T14:39:03.259200+00:00','done','{"rows": 40, "added": 40, "known": 0, "skipped": 0}',NULL);
INSERT INTO "run_end" VALUES(3,'2026-11-29T14:39:03.272510+00:00','done','{"rows": 10, "added": 10, "known": 0, "skipped": 0}',NULL);
INSERT INTO "run_end" VALUES(4,'2026-11-29T14:39:03.410039+00:00','done','{"functions": 5, "rows": 250, "votes": 70, "errors": 6, "withdrawn": 0, "script_problems": 0}',NULL);
INSERT INTO "run_end" VALUES(5,'2026-11-29T14:39:03.898166+00:00','done','{"examples": 50, "functions": 5, "covered": 44, "labelled": 44}',NULL);
INSERT INTO "run_end" VALUES(6,'2026-11-29T14:39:04.672323+00:00','done','{"rows": 40, "features": 758}',NULL);
INSERT INTO "run_end" VALUES(7,'2026-11-29T14:39:04.681366+00:00','done','{"characters": 33}',NULL);
INSERT INTO "run_end" VALUES(8,'2026-11-29T14:39:04.877509+00:00','done','{"rows": 5, "pool": 40}',NULL);
INSERT INTO "run_end" VALUES(9,'2026-11-29T14:39:04.933145+00:00','done','{"decisions": 9}',NULL);
INSERT INTO "run_end" VALUES(10,'2026-11-29T14:39:05.001267+00:00','done','{"decisions": 6}',NULL);
INSERT INTO "run_end" VALUES(11,'2026-11-29T14:39:05.041166+00:00','done','{"decisions": 4}',NULL);
INSERT INTO "run_end" VALUES(12,'2026-11-29T14:39:05.118619+00:00','done','{"rows": 7, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(13,'2026-11-29T14:39:05.125077+00:00','done','{"decisions": 1}',NULL);
INSERT INTO "run_end" VALUES(14,'2026-11-29T14:39:05.135415+00:00','done','{"rows": 7, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(15,'2026-11-29T14:39:05.153202+00:00','done','{"decisions": 1}',NULL);
INSERT INTO "run_end" VALUES(16,'2026-11-29T14:39:05.163374+00:00','done','{"rows": 7, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(17,'2026-11-29T14:39:05.173962+00:00','done','{"acts": 1}',NULL);
INSERT INTO "run_end" VALUES(18,'2026-11-29T14:39:05.197186+00:00','done','{"decisions": 2}',NULL);
INSERT INTO "run_end" VALUES(19,'2026-11-29T14:39:05.210994+00:00','done','{"rows": 9, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(20,'2026-11-29T14:39:05.225792+00:00','done','{"acts": 1}',NULL);
INSERT INTO "run_end" VALUES(21,'2026-11-29T14:39:05.241713+00:00','done','{"events": 1}',NULL);
INSERT INTO "run_end" VALUES(22,'2026-11-29T14:39:05.265951+00:00','done','{"events": 1}',NULL);
INSERT INTO "run_end" VALUES(23,'2026-11-29T14:39:05.277740+00:00','done','{"acts": 1}',NULL);
INSERT INTO "run_end" VALUES(24,'2026-11-29T14:39:05.293782+00:00','done','{"acts": 1}',NULL);
INSERT INTO "run_end" VALUES(25,'2026-11-29T14:39:05.305623+00:00','done','{"events": 1}',NULL);
INSERT INTO "run_end" VALUES(26,'2026-11-29T14:39:05.317668+00:00','done','{"acts": 1}',NULL);
INSERT INTO "run_end" VALUES(27,'2026-11-29T14:39:05.328348+00:00','done','{"acts": 1}',NULL);
INSERT INTO "run_end" VALUES(28,'2026-11-29T14:39:05.337340+00:00','done','{"characters": 44}',NULL);
INSERT INTO "run_end" VALUES(29,'2026-11-29T14:39:05.345305+00:00','done','{"characters": 10}',NULL);
INSERT INTO "run_end" VALUES(30,'2026-11-29T14:39:05.348133+00:00','done','{"events": 1}',NULL);
INSERT INTO "run_end" VALUES(31,'2026-11-29T14:39:05.359868+00:00','done','{"rows": 9, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(32,'2026-11-29T14:39:05.409474+00:00','done','{"examples": 50, "functions": 5, "covered": 44, "labelled": 44}',NULL);
INSERT INTO "run_end" VALUES(33,'2026-11-29T14:39:05.725932+00:00','done','{"rows": 40, "suspects": 8, "controls": 20, "trusted": 32}',NULL);
INSERT INTO "run_end" VALUES(34,'2026-11-29T14:39:05.972477+00:00','done','{"examples": 50, "repeated": 42}',NULL);
INSERT INTO "run_end" VALUES(35,'2026-11-29T14:39:06.023488+00:00','done','{"train": 30, "validation": 5, "test": 5}',NULL);
INSERT INTO "run_end" VALUES(36,'2026-11-29T14:39:06.057104+00:00','done','{"decisions": 2}',NULL);
INSERT INTO "run_end" VALUES(37,'2026-11-29T14:39:06.075730+00:00','done','{"rows": 9, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(38,'2026-11-29T14:39:06.093443+00:00','done','{"examples": 50, "labelled": 50}',NULL);
INSERT INTO "run_end" VALUES(39,'2026-11-29T14:39:06.113243+00:00','done','{"decisions": 2}',NULL);
INSERT INTO "run_end" VALUES(40,'2026-11-29T14:39:06.123693+00:00','done','{"rows": 9, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(41,'2026-11-29T14:39:06.184210+00:00','done','{"rows": 40, "features": 758}',NULL);
INSERT INTO "run_end" VALUES(42,'2026-11-29T14:39:06.214706+00:00','done','{"rows": 40}',NULL);
INSERT INTO "run_end" VALUES(43,'2026-11-29T14:39:06.249631+00:00','done','{"rows": 40}',NULL);
INSERT INTO "run_end" VALUES(44,'2026-11-29T14:39:06.321402+00:00','done','{"texts": 1}',NULL);
INSERT INTO "run_end" VALUES(45,'2026-11-29T14:39:06.357381+00:00','failed','{}','is no regular file: only such a one can be written or replaced');
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
INSERT INTO "run_input" VALUES(8,2);
INSERT INTO "run_input" VALUES(8,3);
INSERT INTO "run_input" VALUES(12,9);
INSERT INTO "run_input" VALUES(12,10);
INSERT INTO "run_input" VALUES(12,11);
INSERT INTO "run_input" VALUES(14,9);
INSERT INTO "run_input" VALUES(14,10);
INSERT INTO "run_input" VALUES(14,11);
INSERT INTO "run_input" VALUES(16,9);
INSERT INTO "run_input" VALUES(16,10);
INSERT INTO "run_input" VALUES(16,11);
INSERT INTO "run_input" VALUES(19,9);
INSERT INTO "run_input" VALUES(19,10);
INSERT INTO "run_input" VALUES(19,11);
INSERT INTO "run_input" VALUES(19,18);
INSERT INTO "run_input" VALUES(31,9);
INSERT INTO "run_input" VALUES(31,10);
INSERT INTO "run_input" VALUES(31,11);
INSERT INTO "run_input" VALUES(31,18);
INSERT INTO "run_input" VALUES(32,4);
INSERT INTO "run_input" VALUES(33,2);
INSERT INTO "run_input" VALUES(33,13);
INSERT INTO "run_input" VALUES(33,15);
INSERT INTO "run_input" VALUES(33,31);
INSERT INTO "run_input" VALUES(33,32);
INSERT INTO "run_input" VALUES(34,2);
INSERT INTO "run_input" VALUES(34,3);
INSERT INTO "run_input" VALUES(34,13);
INSERT INTO "run_input" VALUES(34,15);
INSERT INTO "run_input" VALUES(34,31);
INSERT INTO "run_input" VALUES(34,32);
INSERT INTO "run_input" VALUES(34,33);
INSERT INTO "run_input" VALUES(35,2);
INSERT INTO "run_input" VALUES(35,3);
INSERT INTO "run_input" VALUES(35,13);
INSERT INTO "run_input" VALUES(35,15);
INSERT INTO "run_input" VALUES(35,31);
INSERT INTO "run_input" VALUES(35,32);
INSERT INTO "run_input" VALUES(37,9);
INSERT INTO "run_input" VALUES(37,10);
INSERT INTO "run_input" VALUES(37,11);
INSERT INTO "run_input" VALUES(37,18);
INSERT INTO "run_input" VALUES(38,2);
INSERT INTO "run_input" VALUES(38,3);
INSERT INTO "run_input" VALUES(38,13);
INSERT INTO "run_input" VALUES(38,15);
INSERT INTO "run_input" VALUES(38,32);
INSERT INTO "run_input" VALUES(38,36);
INSERT INTO "run_input" VALUES(38,37);
INSERT INTO "run_input" VALUES(40,9);
INSERT INTO "run_input" VALUES(40,10);
INSERT INTO "run_input" VALUES(40,11);
INSERT INTO "run_input" VALUES(40,18);
INSERT INTO "run_input" VALUES(41,2);
INSERT INTO "run_input" VALUES(41,13);
INSERT INTO "run_input" VALUES(41,15);
INSERT INTO "run_input" VALUES(41,32);
INSERT INTO "run_input" VALUES(41,36);
INSERT INTO "run_input" VALUES(41,39);
INSERT INTO "run_input" VALUES(41,40);
INSERT INTO "run_input" VALUES(42,38);
INSERT INTO "run_input" VALUES(43,2);
INSERT INTO "run_input" VALUES(43,13);
INSERT INTO "run_input" VALUES(43,15);
INSERT INTO "run_input" VALUES(43,32);
INSERT INTO "run_input" VALUES(43,36);
INSERT INTO "run_input" VALUES(43,39);
INSERT INTO "run_input" VALUES(43,40);
INSERT INTO "run_input" VALUES(45,2);
INSERT INTO "run_input" VALUES(45,9);
INSERT INTO "run_input" VALUES(45,10);
INSERT INTO "run_input" VALUES(45,11);
INSERT INTO "run_input" VALUES(45,13);
INSERT INTO "run_input" VALUES(45,15);
INSERT INTO "run_input" VALUES(45,18);
INSERT INTO "run_input" VALUES(45,32);
INSERT INTO "run_input" VALUES(45,36);
INSERT INTO "run_input" VALUES(45,39);
CREATE TABLE script (
  -- The files in labeling_functions/ as an apply found them, by which a change is seen without running them.
  run_id INTEGER NOT NULL REFERENCES run,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (run_id, file)
) STRICT, WITHOUT ROWID;
INSERT INTO "script" VALUES(4,'bad.py','221d96a98a8cb734c4a5ae4741b93e3bf50012bc04d8142a1eab1b4af2294192');
INSERT INTO "script" VALUES(4,'first.py','f340b7c5e6a5ed0c8b834c4f34268eac7294bf9215785eb2c378cd2dc9dae66a');
CREATE TABLE seal (
  -- The digest of each row of the fact tables, written with it by a trigger: workbench verify.
  table_name TEXT NOT NULL,
  row_key TEXT NOT NULL,       -- the values of its key columns, one a line
  digest BLOB NOT NULL,        -- BLAKE2b-128 of all its values, each after its length
  PRIMARY KEY (table_name, row_key)
) STRICT, WITHOUT ROWID;
INSERT INTO "seal" VALUES('artifact','12
consensus',X'BE2F92002D63F3D22650D75F90AA7641');
INSERT INTO "seal" VALUES('artifact','14
consensus',X'1C481648766F4E37AAD513DC301339FA');
INSERT INTO "seal" VALUES('artifact','16
consensus',X'59E69B96AA62891B577101F39C200DE6');
INSERT INTO "seal" VALUES('artifact','19
consensus',X'E15C895F3F311DBDA8E590683383AD05');
INSERT INTO "seal" VALUES('artifact','31
consensus',X'7FAFF09050346B8F94012D30EFEB37BC');
INSERT INTO "seal" VALUES('artifact','32
aggregate',X'5D1C2E975873261D56331EF4FAD39C7A');
INSERT INTO "seal" VALUES('artifact','33
audit',X'E0F51ABEDED72C3734EDFB031DD67882');
INSERT INTO "seal" VALUES('artifact','34
diagnose',X'86173ACDA50AFA0922DBA545D3DF72BE');
INSERT INTO "seal" VALUES('artifact','35
split',X'06C5D7C11CEABCEB4A929C24576FF281');
INSERT INTO "seal" VALUES('artifact','35
split_rows',X'828A72C18E914532C9A5883552E51560');
INSERT INTO "seal" VALUES('artifact','37
consensus',X'B700C03B837A21150E46D4A44FFB039A');
INSERT INTO "seal" VALUES('artifact','40
consensus',X'3B8FFE73CE972B5ED8827D9104B0C1B4');
INSERT INTO "seal" VALUES('artifact','41
train',X'035EB854DA2A2F568D076DA476F0F7DC');
INSERT INTO "seal" VALUES('artifact','5
aggregate',X'CCFF3B79CA00C944C0A57218D0C565C1');
INSERT INTO "seal" VALUES('artifact','6
train',X'E8642ACF25488BE4EBC65E1E6BBCEEAD');
INSERT INTO "seal" VALUES('artifact','8
propose',X'A738A9F16EE3EBFEF2DCCA4350661DB4');
INSERT INTO "seal" VALUES('belief_block','32
dawid-skene
1',X'E077BC02FBE99C3DB3D91D371103DB17');
INSERT INTO "seal" VALUES('belief_block','32
majority
1',X'2DFDB0746118E9E04A08F3B9BBEA09F4');
INSERT INTO "seal" VALUES('belief_block','32
snorkel
1',X'15329461266496879421DA73BC8FBCDF');
INSERT INTO "seal" VALUES('belief_block','33
out-of-fold
1',X'8B8923551CC08731D191395AE076A8ED');
INSERT INTO "seal" VALUES('belief_block','41
end
1',X'BF0BCA48EE8B7EB0F762D781BCD5E728');
INSERT INTO "seal" VALUES('belief_block','5
dawid-skene
1',X'8DBF440108236EAA97D31AC45CACF3A9');
INSERT INTO "seal" VALUES('belief_block','5
majority
1',X'F16E0EBB299F1BFC2C0CFCF71F3143DD');
INSERT INTO "seal" VALUES('belief_block','5
snorkel
1',X'43D9DF82D51DE5EE5D38D6C44E06BD4D');
INSERT INTO "seal" VALUES('belief_block','6
end
1',X'6710243233E290F340076DFC8E5ED17F');
INSERT INTO "seal" VALUES('belief_column','32
0',X'9322826361FFA4BA37B791756B96275C');
INSERT INTO "seal" VALUES('belief_column','32
1',X'754746FEE9465729B379A3BF0476DDD9');
INSERT INTO "seal" VALUES('belief_column','33
0',X'A7F9BD19B0A234D494607F56988CAFFD');
INSERT INTO "seal" VALUES('belief_column','33
1',X'4CC54AF4FDA24D0044E0021944D4BA7D');
INSERT INTO "seal" VALUES('belief_column','41
0',X'273AA166F4921D60AC0499873F229A1D');
INSERT INTO "seal" VALUES('belief_column','41
1',X'82DB464CFB3EBC08C320E5BDE49D3810');
INSERT INTO "seal" VALUES('belief_column','5
0',X'365E43E786AD250528D1DB25039C28B7');
INSERT INTO "seal" VALUES('belief_column','5
1',X'992958CFAD48B4862FBB78DCC654C53C');
INSERT INTO "seal" VALUES('belief_column','6
0',X'C245781ECDD0F66974DB3EADD1649B79');
INSERT INTO "seal" VALUES('belief_column','6
1',X'651D3A4FDF008E1953A26947895245A3');
INSERT INTO "seal" VALUES('class','0',X'534ADDEAF35719622A91B7BEC9E1B6FD');
INSERT INTO "seal" VALUES('class','1',X'3706C6CCE639CB9F4A5E4F5B98AC19D4');
INSERT INTO "seal" VALUES('class','2',X'D1185675925A58359EE9ECF6254FE1B0');
INSERT INTO "seal" VALUES('class','3',X'A6BA76880A568AA2A1FB3DBBCBD692DC');
INSERT INTO "seal" VALUES('class','4',X'095CC5C2066E3F2D5533D4DD7E984731');
INSERT INTO "seal" VALUES('class','5',X'E12CE52A4DE9C0C0A9CC56198EA2008B');
INSERT INTO "seal" VALUES('class_state','1
0',X'2A6DF51F4A4FA55DE60372B128F72FC9');
INSERT INTO "seal" VALUES('class_state','1
1',X'74E93915E1B44EB6EBF5B20604BDACF2');
INSERT INTO "seal" VALUES('class_state','10
0',X'6EB40BFCE783AE66ADC2763295D635AA');
INSERT INTO "seal" VALUES('class_state','10
1',X'3FF4E847625500A84D7C6BB91B94F942');
INSERT INTO "seal" VALUES('class_state','10
2',X'6C68EB6A393C3B6D69199845C8A7F2A9');
INSERT INTO "seal" VALUES('class_state','10
3',X'A49D078FCA955AF5B4BE2568F04C15CF');
INSERT INTO "seal" VALUES('class_state','10
4',X'BF245B9A65DCC268F20CEE90BF378A10');
INSERT INTO "seal" VALUES('class_state','10
5',X'25A235D4E690327FD7902AD76BF4E437');
INSERT INTO "seal" VALUES('class_state','2
0',X'2937F8AD72C42B1011E296B4EBA98A12');
INSERT INTO "seal" VALUES('class_state','2
1',X'27D817A728D373267CF81AEB81F1510E');
INSERT INTO "seal" VALUES('class_state','2
2',X'171BC86ADE01403099246D14EF6FE3B0');
INSERT INTO "seal" VALUES('class_state','3
0',X'D8A73F0D6E9E0304F685350B8ADC8D06');
INSERT INTO "seal" VALUES('class_state','3
1',X'DB8F6BA2D027BB2C34CEC957C8559555');
INSERT INTO "seal" VALUES('class_state','3
2',X'6D1D04456646B538F231DB7C1E42C285');
INSERT INTO "seal" VALUES('class_state','4
0',X'8A3DF296D2DDA951D294D1DC9CD05938');
INSERT INTO "seal" VALUES('class_state','4
1',X'361D7E45454ED1453B355C338B4B32C2');
INSERT INTO "seal" VALUES('class_state','4
2',X'72ADF81A234B79B04AFC1E50945FC78E');
INSERT INTO "seal" VALUES('class_state','5
0',X'C4C50730F81B8DB1F86AA257989AC46B');
INSERT INTO "seal" VALUES('class_state','5
1',X'AFF992A29FBA61F82B58FDDC15EC647D');
INSERT INTO "seal" VALUES('class_state','5
2',X'731064615E415616153FBEC9B4C90089');
INSERT INTO "seal" VALUES('class_state','6
0',X'0CA1A229F70BABED50BFB45D2E0870B7');
INSERT INTO "seal" VALUES('class_state','6
1',X'206EBF44BE085818AA8F906F36A611A9');
INSERT INTO "seal" VALUES('class_state','6
2',X'99A79046F8E2FBA89C8FC9D7B58A5B8C');
INSERT INTO "seal" VALUES('class_state','7
0',X'494E760F188ABA59A0F8C16FD700C773');
INSERT INTO "seal" VALUES('class_state','7
1',X'6420A5233436B1942CD20C42683E0039');
INSERT INTO "seal" VALUES('class_state','7
2',X'E1F9D3A4C7511646E7B494AF4C023911');
INSERT INTO "seal" VALUES('class_state','7
3',X'889148DA8137DFE6FC01467B88CFAB91');
INSERT INTO "seal" VALUES('class_state','7
4',X'B1B9C49847240255B02DE78613751601');
INSERT INTO "seal" VALUES('class_state','8
0',X'4357E4ED5CFE9C69AABE026FF20915CD');
INSERT INTO "seal" VALUES('class_state','8
1',X'6E698519AEC0361D65BA884A292A7C26');
INSERT INTO "seal" VALUES('class_state','8
2',X'03B6078307BFFF4B0D94794B6FB905F3');
INSERT INTO "seal" VALUES('class_state','8
3',X'5D5421B90EBF47FCC2143F54DFD6B14C');
INSERT INTO "seal" VALUES('class_state','8
4',X'9A464672A6270B8A3513B1F90ACE65D6');
INSERT INTO "seal" VALUES('class_state','9
0',X'346CC45AFE85F9E0DCFB046F88831CA7');
INSERT INTO "seal" VALUES('class_state','9
1',X'669F621138438C24380297F6EDB7B522');
INSERT INTO "seal" VALUES('class_state','9
2',X'B09B4C64B533AC68E7A7513A66F668F9');
INSERT INTO "seal" VALUES('class_state','9
3',X'6C1F454E59CC48BE1E763571B4D03BC9');
INSERT INTO "seal" VALUES('class_state','9
4',X'F96B341773526EAB5E465D9E5EBC11B4');
INSERT INTO "seal" VALUES('class_state','9
5',X'0BF062909DEFF2BFB04E18B4FA0708E6');
INSERT INTO "seal" VALUES('consensus','run_id 12',X'3A7E7E675857471582122E2FCF31A8F1');
INSERT INTO "seal" VALUES('consensus','run_id 14',X'68184C9E9697553795047308AE5EC04B');
INSERT INTO "seal" VALUES('consensus','run_id 16',X'8DA82F2A3172664510FC296AE1802C1E');
INSERT INTO "seal" VALUES('consensus','run_id 19',X'65DC91DE9D386E1FE54C88241451583C');
INSERT INTO "seal" VALUES('consensus','run_id 31',X'5DCBFD7D56622EC5F46A596E757BE360');
INSERT INTO "seal" VALUES('consensus','run_id 37',X'F81970E30BB1E5C324E53FA0A83EA1B7');
INSERT INTO "seal" VALUES('consensus','run_id 40',X'FFB6AD73FB81D19A927094DDFD8D6639');
INSERT INTO "seal" VALUES('duplicate','run_id 34',X'25CFE4DACA4B5FDEBCA5833CA35B572E');
INSERT INTO "seal" VALUES('event','1',X'2274F30848A3DA15976EAD2FA5058B5E');
INSERT INTO "seal" VALUES('event','10',X'ADFABDBCF8260920DDC2F0FE389FCC38');
INSERT INTO "seal" VALUES('event','11',X'B4E4D3AA26465F559EEA59F016429889');
INSERT INTO "seal" VALUES('event','12',X'39935FCB7E082E2590B864136334DF7D');
INSERT INTO "seal" VALUES('event','13',X'86DA43B9EEDC4C022F86EE7ECC70103E');
INSERT INTO "seal" VALUES('event','14',X'78B7774AF0906EE1412075FCB332AE09');
INSERT INTO "seal" VALUES('event','15',X'49A2CE0296C21BAE7AC6E6B1DB5B8C8E');
INSERT INTO "seal" VALUES('event','16',X'C46ED9D875FA13291C722967D801504B');
INSERT INTO "seal" VALUES('event','17',X'02E06D578F112C830A34F17933CB3243');
INSERT INTO "seal" VALUES('event','18',X'6A1977756D58DEA807478D5A63132FF9');
INSERT INTO "seal" VALUES('event','19',X'54717350DCD4198A577843AD0C583267');
INSERT INTO "seal" VALUES('event','2',X'E6C97A3F078A305517FECF4299F20EF9');
INSERT INTO "seal" VALUES('event','20',X'A2A16AEF16F725C7042F4139751EEA09');
INSERT INTO "seal" VALUES('event','21',X'A02F0BB4E99572BD00BF0AACD477B07B');
INSERT INTO "seal" VALUES('event','22',X'3834D777C5671DCF57CDEF9D981FCE27');
INSERT INTO "seal" VALUES('event','23',X'14A1679D29EC58CA46DB108D805CC5C7');
INSERT INTO "seal" VALUES('event','24',X'88F8644FAACB38277FE0F8F6744D6790');
INSERT INTO "seal" VALUES('event','25',X'5AAC3EC0901C25896788A1B1C1D3DA76');
INSERT INTO "seal" VALUES('event','26',X'B039D7E281DF5C68F3799B4F84CD5456');
INSERT INTO "seal" VALUES('event','27',X'DDE06717CB03E201157F3199F3BAFBD5');
INSERT INTO "seal" VALUES('event','28',X'B5039245F966762E52371C8AB73A58AC');
INSERT INTO "seal" VALUES('event','29',X'9811E61708307E0911994A8172583FAA');
INSERT INTO "seal" VALUES('event','3',X'8D8AC280A231C6D00E355C2E14ECDA67');
INSERT INTO "seal" VALUES('event','30',X'5AF3DE7AA1B8A19DE9404DAB6D5EBAD0');
INSERT INTO "seal" VALUES('event','31',X'00E0B7261471DE47363B5F81F809A989');
INSERT INTO "seal" VALUES('event','32',X'23EAE26E1FD89237455CDEF25C594939');
INSERT INTO "seal" VALUES('event','33',X'DFC9DE48DABD9A156C78E8B8914D5B5C');
INSERT INTO "seal" VALUES('event','34',X'29A57C5A8036E03294DBC1EFF5C6E0B4');
INSERT INTO "seal" VALUES('event','35',X'060BDE992B2C605B7B67FB888DC5468B');
INSERT INTO "seal" VALUES('event','36',X'6F6A46952AC5535854E36FB3EC73F2FF');
INSERT INTO "seal" VALUES('event','37',X'459673F0D87266656361085AD4ADE911');
INSERT INTO "seal" VALUES('event','38',X'EDEE30C4392BCBD142A8279A56861162');
INSERT INTO "seal" VALUES('event','39',X'85500347C46D78E201F25DBBC59CFD34');
INSERT INTO "seal" VALUES('event','4',X'F4264643EFED906C8A9B64AD32FA1F0A');
INSERT INTO "seal" VALUES('event','40',X'3C4D641AA9D8AFB673D7173FDC312711');
INSERT INTO "seal" VALUES('event','41',X'91D6AD5FD33005079C1E7B82EB912840');
INSERT INTO "seal" VALUES('event','42',X'42E2EBE60FFFCDB1C40BBD63DF4B0C59');
INSERT INTO "seal" VALUES('event','43',X'CB5FCC6F0DD5F80896A5F79031ACE546');
INSERT INTO "seal" VALUES('event','44',X'329806015360F03BAC2266666A91B9BD');
INSERT INTO "seal" VALUES('event','45',X'6B3D35CFC0A1DDE191BD761DC392E7D5');
INSERT INTO "seal" VALUES('event','46',X'CF37B31019FD6464535BAB6DA7424EDB');
INSERT INTO "seal" VALUES('event','47',X'86695D101A3292307F692B208C1A9EE0');
INSERT INTO "seal" VALUES('event','5',X'190A9AE3ADE8A30E2C05461AA5C61C33');
INSERT INTO "seal" VALUES('event','6',X'1ACD90870DBB45164097DE7E5DE6026A');
INSERT INTO "seal" VALUES('event','7',X'E4EEE3F9830A7CDAA2BDE44BE5E4650F');
INSERT INTO "seal" VALUES('event','8',X'6CDB9FC85CF88D28060516CEDAE647D8');
INSERT INTO "seal" VALUES('event','9',X'5D51BB29DF15E7D2D5262693E42206A5');
INSERT INTO "seal" VALUES('event_witness','10',X'F43EFD70A06DCFAC39FFA32B69AB3A7A');
INSERT INTO "seal" VALUES('event_witness','11',X'A7F1599938CBA1F716AA0F1E577CFF76');
INSERT INTO "seal" VALUES('event_witness','12',X'8E8A2D6EC7EE42C191485F7EA19ED988');
INSERT INTO "seal" VALUES('event_witness','13',X'3E3CE48FD6D8A9EBAD6CD6287C228BFE');
INSERT INTO "seal" VALUES('event_witness','14',X'990D7A4695FF464765F061A598F59FB5');
INSERT INTO "seal" VALUES('event_witness','15',X'15DE48CAD19668470D0B934776BA23AA');
INSERT INTO "seal" VALUES('event_witness','16',X'7612C14F7C5B3CA58A5D356B36BB0921');
INSERT INTO "seal" VALUES('event_witness','17',X'E1D26BB8FD7D6D660F9BBD4F42CAAF5D');
INSERT INTO "seal" VALUES('event_witness','18',X'D9F47A33660B133115874BEAAB1BBCB8');
INSERT INTO "seal" VALUES('event_witness','19',X'79717AE92B23C8A90362D6B569B550F6');
INSERT INTO "seal" VALUES('event_witness','20',X'0507A34E7EBF0A1FA07BA39570C2C3CB');
INSERT INTO "seal" VALUES('event_witness','21',X'9A0F3460E1AB1D4A706C2F31927748FD');
INSERT INTO "seal" VALUES('event_witness','22',X'9AED5ADCD4C24E9A0D4920790E533FC3');
INSERT INTO "seal" VALUES('event_witness','23',X'F984C499E4F1CD124AE196B9C57D6C8A');
INSERT INTO "seal" VALUES('event_witness','24',X'27E77ABF5F14C9506F5293769B803837');
INSERT INTO "seal" VALUES('event_witness','25',X'D8C0F65F700D3B67B955CA817D33A90A');
INSERT INTO "seal" VALUES('event_witness','26',X'B5E46F669D5F63C8A9AB92DBD235217D');
INSERT INTO "seal" VALUES('event_witness','27',X'1B56EED818E7068B44345870E1F995EE');
INSERT INTO "seal" VALUES('event_witness','28',X'E61ABCE215D8BC56DBD7F57F01CB1003');
INSERT INTO "seal" VALUES('event_witness','29',X'BA2BA312A80916D62CC23E1671C909D3');
INSERT INTO "seal" VALUES('event_witness','30',X'C40045D506BF85D6879450C6B4C2265D');
INSERT INTO "seal" VALUES('event_witness','31',X'079FF2EC842EE29BABFD86D069468B10');
INSERT INTO "seal" VALUES('event_witness','32',X'255254FB9A8822EE95BD8CF41E0E871F');
INSERT INTO "seal" VALUES('event_witness','33',X'A7A6D350D2AC6EF5A098E4E040992E89');
INSERT INTO "seal" VALUES('event_witness','34',X'D6AA21D856CCD95947749DDDF3145A37');
INSERT INTO "seal" VALUES('event_witness','35',X'AB98C4AAAF4A6B303DFC08F4B301B648');
INSERT INTO "seal" VALUES('event_witness','36',X'617EAE0403D56BEA2EFDC9631F56D80B');
INSERT INTO "seal" VALUES('event_witness','37',X'16917AEB0C9BBD99DD4DC62954F64A4A');
INSERT INTO "seal" VALUES('event_witness','38',X'70EF3078271558800D9910B725F9527E');
INSERT INTO "seal" VALUES('event_witness','39',X'4FE3E847D2DC31C4D8B187ACB2D808C7');
INSERT INTO "seal" VALUES('event_witness','4',X'EDF02A47D22ED73E666F9031CE09343F');
INSERT INTO "seal" VALUES('event_witness','40',X'3DF1842AD4EFC80BEA434C45671F8543');
INSERT INTO "seal" VALUES('event_witness','41',X'4735627380FE366E58AC4C785C1175BC');
INSERT INTO "seal" VALUES('event_witness','42',X'65F76795A657CCC768FC651ABA154347');
INSERT INTO "seal" VALUES('event_witness','43',X'F5C5814A6A0F439107535CF1F04CC639');
INSERT INTO "seal" VALUES('event_witness','44',X'B22C5E51ABD87B9E0B674BAA69BB1CA3');
INSERT INTO "seal" VALUES('event_witness','45',X'B9FE2DB8C283FE4460C4A8B4AA3FE7F3');
INSERT INTO "seal" VALUES('event_witness','5',X'40FAFB3A9023AC27911AF0AE83ED3EC3');
INSERT INTO "seal" VALUES('event_witness','6',X'638B3EE70B55624DC88D7A4C78BB916B');
INSERT INTO "seal" VALUES('event_witness','7',X'7B20DB6B58AD6833BE27A56DF428EDE0');
INSERT INTO "seal" VALUES('event_witness','8',X'9F29977F41C2AE8210F41C661B6AF043');
INSERT INTO "seal" VALUES('event_witness','9',X'311E25AE067EBCC615C8F49C3E3D8B7F');
INSERT INTO "seal" VALUES('example','example_id 1 to 40',X'258071DC9144DC9FCC2A01A0DA2675E2');
INSERT INTO "seal" VALUES('example','example_id 41 to 50',X'4B0AB0CD9DA72AC189292AF3491A35A3');
INSERT INTO "seal" VALUES('export','42',X'BE9A32581AA4145DD2AAB166FAFFE139');
INSERT INTO "seal" VALUES('export','43',X'962ABF4EF3AD6572D3FC266DF1227EC7');
INSERT INTO "seal" VALUES('export_block','42
1',X'F325715176C6FA644391020090D0358A');
INSERT INTO "seal" VALUES('export_block','43
1',X'5D9823A15961042CAB2B90BFD74292F1');
INSERT INTO "seal" VALUES('guideline','1',X'CBE2A786A193CA5C101B896EB2CDB798');
INSERT INTO "seal" VALUES('guideline','2',X'D4E4C73E88369D9FCCBD7B171129F772');
INSERT INTO "seal" VALUES('guideline','3',X'A1AFC6E50C1019A5DF55236A5F412A8B');
INSERT INTO "seal" VALUES('label_model','32
dawid-skene',X'17841F75BF72D9DD903776F1CDA9B18D');
INSERT INTO "seal" VALUES('label_model','32
majority',X'22C27B545C1A92B4319E18589A0397B4');
INSERT INTO "seal" VALUES('label_model','32
snorkel',X'64418607F8DB4481A840F3D96D873398');
INSERT INTO "seal" VALUES('label_model','5
dawid-skene',X'0CF5DCE9B1E8F6CB84EF0CADDF8912C2');
INSERT INTO "seal" VALUES('label_model','5
majority',X'89686E3A09B37B0604172C45E3D10BA1');
INSERT INTO "seal" VALUES('label_model','5
snorkel',X'683CDCEC9077E9D61142B94DC8B697CE');
INSERT INTO "seal" VALUES('label_model_weight','32
dawid-skene
0',X'6BDD1E8D01C3082CF1A7D8E9A2B72F69');
INSERT INTO "seal" VALUES('label_model_weight','32
dawid-skene
1',X'0FD7EF193DF0E52D299F29816F464D34');
INSERT INTO "seal" VALUES('label_model_weight','32
dawid-skene
2',X'CB27815B643EC36CFE8269A90E393F80');
INSERT INTO "seal" VALUES('label_model_weight','32
dawid-skene
3',X'C92ABDB0740675988E578EFE424408A2');
INSERT INTO "seal" VALUES('label_model_weight','32
dawid-skene
4',X'CA3F2D8C565377D39BA67C543C803D96');
INSERT INTO "seal" VALUES('label_model_weight','32
majority
0',X'FDC86FC43E9D7509B8FD59203FC643DC');
INSERT INTO "seal" VALUES('label_model_weight','32
majority
1',X'90838A511C3CB739C6CB4D47FBAD30F8');
INSERT INTO "seal" VALUES('label_model_weight','32
majority
2',X'338F770201317B79106DC6FA840DEA8F');
INSERT INTO "seal" VALUES('label_model_weight','32
majority
3',X'FAB806B093F969DF561FE18F556E5942');
INSERT INTO "seal" VALUES('label_model_weight','32
majority
4',X'BDA6C9891423EA7C7EEE921CA35272BD');
INSERT INTO "seal" VALUES('label_model_weight','32
snorkel
0',X'D6CDC4DEA88F61828D4D300DEEF7D241');
INSERT INTO "seal" VALUES('label_model_weight','32
snorkel
1',X'C565EEF49E9DD2B503CAB1A4F401F515');
INSERT INTO "seal" VALUES('label_model_weight','32
snorkel
2',X'04C9BF416701018D5D0F02A5CB9589CC');
INSERT INTO "seal" VALUES('label_model_weight','32
snorkel
3',X'D01069A80B3A886D189970AAF642C467');
INSERT INTO "seal" VALUES('label_model_weight','32
snorkel
4',X'1EF2074F17A344742349FD706FD7CED1');
INSERT INTO "seal" VALUES('label_model_weight','5
dawid-skene
0',X'E62C4F842190BC6F5435BED0856E7473');
INSERT INTO "seal" VALUES('label_model_weight','5
dawid-skene
1',X'9A16AB6DDD6BC000CCF76E7D872AA075');
INSERT INTO "seal" VALUES('label_model_weight','5
dawid-skene
2',X'DF5B2F8ED0A377624A3C3A071C94AE58');
INSERT INTO "seal" VALUES('label_model_weight','5
dawid-skene
3',X'213940DB79DA766FA4424EC66ECCDF6C');
INSERT INTO "seal" VALUES('label_model_weight','5
dawid-skene
4',X'7182B5A4A455D2B979BB83028B59B3AA');
INSERT INTO "seal" VALUES('label_model_weight','5
majority
0',X'4B0EB444A9465370BEE45F0C787B14AA');
INSERT INTO "seal" VALUES('label_model_weight','5
majority
1',X'B7ED57F52E3D6470C304028D321A2BC4');
INSERT INTO "seal" VALUES('label_model_weight','5
majority
2',X'A56B3D6F46A00443239129FCD0520903');
INSERT INTO "seal" VALUES('label_model_weight','5
majority
3',X'AD0D64792E31718415426FDD5F213C64');
INSERT INTO "seal" VALUES('label_model_weight','5
majority
4',X'7BB9EB83426E2D341EC36D3C44C1620C');
INSERT INTO "seal" VALUES('label_model_weight','5
snorkel
0',X'008F82F41B5EB43D7751BD88B5F45653');
INSERT INTO "seal" VALUES('label_model_weight','5
snorkel
1',X'4F05C458C739D0E66B6AE8196C13C118');
INSERT INTO "seal" VALUES('label_model_weight','5
snorkel
2',X'2CF4B4E48886489B1810216F3EA843EA');
INSERT INTO "seal" VALUES('label_model_weight','5
snorkel
3',X'C43B8959A740DFA10F594A362CAB5F10');
INSERT INTO "seal" VALUES('label_model_weight','5
snorkel
4',X'7D173369E35FC80E655D6B37443DF966');
INSERT INTO "seal" VALUES('lf_error','run_id 4',X'3467DF397C14C7A5BB73F221FBEAF234');
INSERT INTO "seal" VALUES('lf_run','4
1',X'B3D77D9CFF4A73561FF9EEC0B4217D04');
INSERT INTO "seal" VALUES('lf_run','4
2',X'2CB61A7B7185048715BFBAE97DF8C13E');
INSERT INTO "seal" VALUES('lf_run','4
3',X'855CB30138C8CE3C479A531516F6CFB7');
INSERT INTO "seal" VALUES('lf_run','4
4',X'CEFD9652594FA23D5C10206C7274E15D');
INSERT INTO "seal" VALUES('lf_run','4
5',X'C24BC9A920B3B875075E1A0FB0EE47A9');
INSERT INTO "seal" VALUES('lf_state','4
brittle',X'77CAABB25D68FBC74F53D7ACD5FA0752');
INSERT INTO "seal" VALUES('lf_state','4
calls',X'D1F3112DFC184CAB1E30BE7943D6FDFF');
INSERT INTO "seal" VALUES('lf_state','4
meals',X'9A0565C8AB2D32C6D53828B45308185E');
INSERT INTO "seal" VALUES('lf_state','4
offers',X'FE7ECC4F003E9570DDB6824CA38E2676');
INSERT INTO "seal" VALUES('lf_state','4
polite',X'4C0D85349169E49DCCEABCD7256D79BC');
INSERT INTO "seal" VALUES('lf_version','1',X'AA02615F8C302D03B2599D661D42F910');
INSERT INTO "seal" VALUES('lf_version','2',X'873E186505E1E0FEE8933A64657FA335');
INSERT INTO "seal" VALUES('lf_version','3',X'DA1D019988923709ACCAD994217510A8');
INSERT INTO "seal" VALUES('lf_version','4',X'BF1FB0E209E14D3B2020DC89831AD20C');
INSERT INTO "seal" VALUES('lf_version','5',X'43DF4CDC302C4391BC813D46296F58C1');
INSERT INTO "seal" VALUES('proposal','run_id 33',X'3EA4CB5C0337162B699C72AFD21F9236');
INSERT INTO "seal" VALUES('proposal','run_id 8',X'03C57098C04332FC941BAD00EF2A1AD6');
INSERT INTO "seal" VALUES('run','1',X'EDA83D5AE2D222D7B9F793B819020BA4');
INSERT INTO "seal" VALUES('run','10',X'C5D5B4ADA2A2A567D8B5C26433A07A91');
INSERT INTO "seal" VALUES('run','11',X'D0BE838C87CF247CF3E7500E432AC3E6');
INSERT INTO "seal" VALUES('run','12',X'7708CC2AA40A1077AE26895E1B73450E');
INSERT INTO "seal" VALUES('run','13',X'B54FC55A188734A3B6FD1F86F52C3289');
INSERT INTO "seal" VALUES('run','14',X'7B75F17F0318CF83CB9F6E83311CD7D1');
INSERT INTO "seal" VALUES('run','15',X'3FD9368A56B7E5E07AE67F934FC96B19');
INSERT INTO "seal" VALUES('run','16',X'CDFFAF3323A87F8FCC8DF7E112C8E0FB');
INSERT INTO "seal" VALUES('run','17',X'6B51950DE0B09FCDC08DAD950DFE134B');
INSERT INTO "seal" VALUES('run','18',X'41C198DA931505F8BDFABDE7657C1635');
INSERT INTO "seal" VALUES('run','19',X'BDC86FD26EE2612CEC278DB6BD12EC79');
INSERT INTO "seal" VALUES('run','2',X'CB137AF0367877F2FACE272D4BF39C54');
INSERT INTO "seal" VALUES('run','20',X'E96BC9C4B23FC2C061D72260BB0061D2');
INSERT INTO "seal" VALUES('run','21',X'D606B53A9697A57F4F17A855B6D732BC');
INSERT INTO "seal" VALUES('run','22',X'975C676A5062BA51694BE10863A27A20');
INSERT INTO "seal" VALUES('run','23',X'985D27277361C907A13C77A7DC2096B0');
INSERT INTO "seal" VALUES('run','24',X'82EEACEABA7A7DEE58695A4FE44E73BA');
INSERT INTO "seal" VALUES('run','25',X'C8390FDFFFDD3184AC88BDE3484BEBDB');
INSERT INTO "seal" VALUES('run','26',X'48116554D7CB7039F491F4CF8EF0DCBE');
INSERT INTO "seal" VALUES('run','27',X'039424A578736E6E67BCE8B914ADF9DF');
INSERT INTO "seal" VALUES('run','28',X'18A0DE8D42596C58B1928C4A6B130EA0');
INSERT INTO "seal" VALUES('run','29',X'3F67D5469EA2A5FA9E4759EAF590A9F9');
INSERT INTO "seal" VALUES('run','3',X'5AC4A3F21D6150F81C6FF671818C4CD5');
INSERT INTO "seal" VALUES('run','30',X'15C6420360049A9D2D7A8A7211AE34ED');
INSERT INTO "seal" VALUES('run','31',X'2C33CAC02B82BD0C2B6A4339AA34DD72');
INSERT INTO "seal" VALUES('run','32',X'FA9AA4BC6D20AB5923570889CDBC16AF');
INSERT INTO "seal" VALUES('run','33',X'D56FFE5F19736BE6C3DAA733D9850C47');
INSERT INTO "seal" VALUES('run','34',X'6C2675D379D803E62AB1B2C7F8C81693');
INSERT INTO "seal" VALUES('run','35',X'89ABE172A04FB4B0C3BF63262C6EBBB8');
INSERT INTO "seal" VALUES('run','36',X'E00CBDB0695B593F4F9399464BAC8BB1');
INSERT INTO "seal" VALUES('run','37',X'52207CCCD4231D0536697B71CA7866BD');
INSERT INTO "seal" VALUES('run','38',X'E97813ACAA583BA9126E0DC44D725487');
INSERT INTO "seal" VALUES('run','39',X'A368C96871202AA05DF7F89DEF4E841D');
INSERT INTO "seal" VALUES('run','4',X'28ECD0C966A5D39852412F40A3B11BF7');
INSERT INTO "seal" VALUES('run','40',X'FFC695D586FD5E730F383C2DCD095426');
INSERT INTO "seal" VALUES('run','41',X'8E17CB22EEACB0FA083728D21A0C5433');
INSERT INTO "seal" VALUES('run','42',X'B0B93DAB14914C63749BCB51C8D2242F');
INSERT INTO "seal" VALUES('run','43',X'DB8EC318290AB1CC52DA2C4D966122F9');
INSERT INTO "seal" VALUES('run','44',X'5AE1935CB30C02406644DC3E2215B4B8');
INSERT INTO "seal" VALUES('run','45',X'96393609823BA94E965EA8FDF8844000');
INSERT INTO "seal" VALUES('run','5',X'C7F13DE1B65984D87031B30B7536548B');
INSERT INTO "seal" VALUES('run','6',X'4E13E00C82D01CF9BDBFE40A5A1EDDBC');
INSERT INTO "seal" VALUES('run','7',X'C36A8236960632F2D520C774A0C74997');
INSERT INTO "seal" VALUES('run','8',X'330FC19CCECD581D625BF75F264B0C4C');
INSERT INTO "seal" VALUES('run','9',X'86731970EBBE509DAEB93CB10A6A0DAC');
INSERT INTO "seal" VALUES('run_end','1',X'0BE4291423B21DFE735F7AE29FA32808');
INSERT INTO "seal" VALUES('run_end','10',X'4FB2E87ED2953A2750A5B82694C93A52');
INSERT INTO "seal" VALUES('run_end','11',X'621C15375DC9D936244013FD349330A8');
INSERT INTO "seal" VALUES('run_end','12',X'E2D966CE28859EFF96606BE00CE07B07');
INSERT INTO "seal" VALUES('run_end','13',X'755236D68BC9E3F3A390EFCBE6A09D1D');
INSERT INTO "seal" VALUES('run_end','14',X'E9693D73255E027706587C6D26345D15');
INSERT INTO "seal" VALUES('run_end','15',X'CE70FDAF5FAE9C59041AFEB88E7F6458');
INSERT INTO "seal" VALUES('run_end','16',X'786EC0B19A6DF9CF06E8238FB2B6098E');
INSERT INTO "seal" VALUES('run_end','17',X'4A0608213234090AAAD30E91BF955CFA');
INSERT INTO "seal" VALUES('run_end','18',X'E21789C2BC4F817E15F57D958F88C744');
INSERT INTO "seal" VALUES('run_end','19',X'EAF773503CD4638D036D9213978120D0');
INSERT INTO "seal" VALUES('run_end','2',X'A7CC0D1CB2A34D9D643564146863446D');
INSERT INTO "seal" VALUES('run_end','20',X'E8D5E0D8B36E3E9EE6E2513385165E96');
INSERT INTO "seal" VALUES('run_end','21',X'6ABCD8591A410054214A78E3FFF12B63');
INSERT INTO "seal" VALUES('run_end','22',X'096AD95F50AB8E5E7EB415C0E1C05095');
INSERT INTO "seal" VALUES('run_end','23',X'103D5FFD19B5B24DE9EAF6B2BACCAA52');
INSERT INTO "seal" VALUES('run_end','24',X'B8FF9D53F4DAA04CA2E67B65302E4645');
INSERT INTO "seal" VALUES('run_end','25',X'F1D9E06E1B72307A5EB48AEC69A1BDE2');
INSERT INTO "seal" VALUES('run_end','26',X'80A44729E8954FF4F25905D164B658E3');
INSERT INTO "seal" VALUES('run_end','27',X'3DCE2341ACEE4785A23A30E64B2203D7');
INSERT INTO "seal" VALUES('run_end','28',X'6FA601970347CAD547DA4FFC6B3BA98E');
INSERT INTO "seal" VALUES('run_end','29',X'D1AA0240162BCAFC274CF1387DD5CF01');
INSERT INTO "seal" VALUES('run_end','3',X'3ABD851C9612AA2E63C470FD6F12C711');
INSERT INTO "seal" VALUES('run_end','30',X'257A3F09417E0940F21B604BC274485D');
INSERT INTO "seal" VALUES('run_end','31',X'5A1473546AE327F017AF9ACF77A66FC0');
INSERT INTO "seal" VALUES('run_end','32',X'8B8F3BA61B3EDC1DB67569DE8FA3676E');
INSERT INTO "seal" VALUES('run_end','33',X'9976A17CA5546047283CE4FE63DDDDBE');
INSERT INTO "seal" VALUES('run_end','34',X'50B4F99F5C0CA37C1A6DC680764AB637');
INSERT INTO "seal" VALUES('run_end','35',X'F7A1E66DC767D0422726BFBD6ADFF2C9');
INSERT INTO "seal" VALUES('run_end','36',X'74EAC44363C651C6F9093FE27CDA45CD');
INSERT INTO "seal" VALUES('run_end','37',X'4838662EB1DD5B8F66BDBE42C29A54E8');
INSERT INTO "seal" VALUES('run_end','38',X'820D7D360887C21BFBEED54282E2225F');
INSERT INTO "seal" VALUES('run_end','39',X'E0365261DF59303BF14A61043E2C335E');
INSERT INTO "seal" VALUES('run_end','4',X'C605FE1ADE125FBF8C1DAFF3EFD5F350');
INSERT INTO "seal" VALUES('run_end','40',X'23C59F15F9FE2F54C50EB33279337302');
INSERT INTO "seal" VALUES('run_end','41',X'0D1CC9570771D573709695F20A3FCAC9');
INSERT INTO "seal" VALUES('run_end','42',X'19B05E67C4E99B2037F222CD829662D0');
INSERT INTO "seal" VALUES('run_end','43',X'5140C0F8764FB8236AC9B13C0FF09F5A');
INSERT INTO "seal" VALUES('run_end','44',X'FCBC2DB16F3D4A0CD978AE457C7A9AD9');
INSERT INTO "seal" VALUES('run_end','45',X'C9C36EB427625101EACDB3965DE4C4D2');
INSERT INTO "seal" VALUES('run_end','5',X'D235939C921FFBF38F28215B3C403104');
INSERT INTO "seal" VALUES('run_end','6',X'B770B608ED92DABF28EDC09443A17B25');
INSERT INTO "seal" VALUES('run_end','7',X'65ACD34CEC3B3D10CF96A0577C290496');
INSERT INTO "seal" VALUES('run_end','8',X'1451F81CDA6A7D2F9CAF4EF0048AE827');
INSERT INTO "seal" VALUES('run_end','9',X'02CADE6E2C881978857F8ACFDE186BE7');
INSERT INTO "seal" VALUES('run_input','12
10',X'AFB9C21CAF8F3EC65B4989CDEA790151');
INSERT INTO "seal" VALUES('run_input','12
11',X'37DBE575FC13A71E2B5CBFEA117ABD5A');
INSERT INTO "seal" VALUES('run_input','12
9',X'4522C126AF686E017FCA2B7C5343F22C');
INSERT INTO "seal" VALUES('run_input','14
10',X'FFCE34AD43BF180FB05A05C8C60730F9');
INSERT INTO "seal" VALUES('run_input','14
11',X'F978BB54AB2109B24E401F0A412AF021');
INSERT INTO "seal" VALUES('run_input','14
9',X'004613F2F4A18156692BA7AD3A14C852');
INSERT INTO "seal" VALUES('run_input','16
10',X'4041414FF30766759F9C801826C232B9');
INSERT INTO "seal" VALUES('run_input','16
11',X'A40DC79EB49BA268F9AFA91A8ADA3308');
INSERT INTO "seal" VALUES('run_input','16
9',X'CF3C50AF81044F03AE6A122263E3CDAE');
INSERT INTO "seal" VALUES('run_input','19
10',X'C235A58EB405850409CD1685E28BA15D');
INSERT INTO "seal" VALUES('run_input','19
11',X'76B3EE0BBA4C77B8F217F8B9219C8CD8');
INSERT INTO "seal" VALUES('run_input','19
18',X'2748EC92128AA6988694DF5862D67BDD');
INSERT INTO "seal" VALUES('run_input','19
9',X'0247B1B820966C3D8AE96A51B1F0FAC2');
INSERT INTO "seal" VALUES('run_input','31
10',X'51CC6F33686553B7143688546D51E653');
INSERT INTO "seal" VALUES('run_input','31
11',X'8E18A9A2DEFAAF278183D090819B8044');
INSERT INTO "seal" VALUES('run_input','31
18',X'9B4C19A796477715AB5BDE152DC5F163');
INSERT INTO "seal" VALUES('run_input','31
9',X'55176BC228BC3589FCE09AFA89F2C200');
INSERT INTO "seal" VALUES('run_input','32
4',X'D48550E89CFD690F366E93CCC0BE7EB0');
INSERT INTO "seal" VALUES('run_input','33
13',X'24A31409B4E6ABC11634BE37A2B9E7D4');
INSERT INTO "seal" VALUES('run_input','33
15',X'71FC5DE40612B29CF9F263557D774CD4');
INSERT INTO "seal" VALUES('run_input','33
2',X'912F80695AE8770D38DDC25C1683CA40');
INSERT INTO "seal" VALUES('run_input','33
31',X'D8EE1F2E418601B339CC3B37E63AC56B');
INSERT INTO "seal" VALUES('run_input','33
32',X'089A2B8CB182A0F2C0BD825244C01523');
INSERT INTO "seal" VALUES('run_input','34
13',X'989053CF4B35E98523AA7BB2DF5CB657');
INSERT INTO "seal" VALUES('run_input','34
15',X'87469A883326FFAE24D7F6A3D532FB1B');
INSERT INTO "seal" VALUES('run_input','34
2',X'D4A27F7B20A7547391B8894A72313A61');
INSERT INTO "seal" VALUES('run_input','34
3',X'21D89A545A2FA25879494DC9807E4BC0');
INSERT INTO "seal" VALUES('run_input','34
31',X'0190C563ED1167EDF275C048FA0C9C54');
INSERT INTO "seal" VALUES('run_input','34
32',X'C753222E3BEF7058A76E59F84722FE86');
INSERT INTO "seal" VALUES('run_input','34
33',X'5FC99E5EBDDDE895371ED7564CBE858C');
INSERT INTO "seal" VALUES('run_input','35
13',X'C805F23472F115B77CDB25B3EE8D2396');
INSERT INTO "seal" VALUES('run_input','35
15',X'BC43DA6A16ED1B2660FE48EDC16FF45D');
INSERT INTO "seal" VALUES('run_input','35
2',X'EDDED424C3F073EFBD1E4F67D6487CDC');
INSERT INTO "seal" VALUES('run_input','35
3',X'A03B98A5FE7F2B140A92A84F1E091F02');
INSERT INTO "seal" VALUES('run_input','35
31',X'A4B0EEB9BF9B9AD085F434219CC2829E');
INSERT INTO "seal" VALUES('run_input','35
32',X'3BDBFF8E6BC8E52D823BAD44058E910E');
INSERT INTO "seal" VALUES('run_input','37
10',X'EB97506E4F8034616FD90D5FCDC692A0');
INSERT INTO "seal" VALUES('run_input','37
11',X'B92117EEE17C7D0FAA299FFBF835D7CF');
INSERT INTO "seal" VALUES('run_input','37
18',X'7074851CD7C67B8C38265C8D20D921DB');
INSERT INTO "seal" VALUES('run_input','37
9',X'181FB1DEA76764E22BB3920949F1C5FB');
INSERT INTO "seal" VALUES('run_input','38
13',X'306B1959A0DE64FAFA030DEBFBA84551');
INSERT INTO "seal" VALUES('run_input','38
15',X'3B31E6529A550988499C45C49A954B63');
INSERT INTO "seal" VALUES('run_input','38
2',X'25146522E585FDD80F95FE6A7673013D');
INSERT INTO "seal" VALUES('run_input','38
3',X'828487DEF2810C29687277B9E45BB2F8');
INSERT INTO "seal" VALUES('run_input','38
32',X'02DDDA31E8AE7B643BB04986D1D653EB');
INSERT INTO "seal" VALUES('run_input','38
36',X'D1775A4E7BE5E34E413B92559FFAE924');
INSERT INTO "seal" VALUES('run_input','38
37',X'8322F66109E2B48BBB87E2B6A823EB9E');
INSERT INTO "seal" VALUES('run_input','4
2',X'66453775A2D964F21E8D0142BB9F050E');
INSERT INTO "seal" VALUES('run_input','4
3',X'4A9B56ACA1A80789CCB730ABAD966CA6');
INSERT INTO "seal" VALUES('run_input','40
10',X'85D513002F067AA19103775478585DE6');
INSERT INTO "seal" VALUES('run_input','40
11',X'A93BC80408D9851D770BA621A8B92B1C');
INSERT INTO "seal" VALUES('run_input','40
18',X'B834966F3AC6A2F53B929D07F581A9D5');
INSERT INTO "seal" VALUES('run_input','40
9',X'695A6319D17E9D10C1ABF6E456725A14');
INSERT INTO "seal" VALUES('run_input','41
13',X'7377888188FD69A6EFC230B2E563FBD6');
INSERT INTO "seal" VALUES('run_input','41
15',X'BCC4E553E42CC61E7B8924BC24AE492A');
INSERT INTO "seal" VALUES('run_input','41
2',X'F93D5270EC299722A592D0FCCC185D87');
INSERT INTO "seal" VALUES('run_input','41
32',X'A5492D880570C0B76B77AEDD65FAE23D');
INSERT INTO "seal" VALUES('run_input','41
36',X'6788ACEEF62216388ABEC48C9B951D0B');
INSERT INTO "seal" VALUES('run_input','41
39',X'A61E77D648BC374031AC4256A54C03D7');
INSERT INTO "seal" VALUES('run_input','41
40',X'52CACD88C3FEEFD6C90C5E27FAF79A58');
INSERT INTO "seal" VALUES('run_input','42
38',X'AD6839DA668CAF3CCE2FB59CF043322A');
INSERT INTO "seal" VALUES('run_input','43
13',X'AFE5AF77FB549A3AD8C9AD443D9718DF');
INSERT INTO "seal" VALUES('run_input','43
15',X'C9F1E995C2F5914C9079E063419007C3');
INSERT INTO "seal" VALUES('run_input','43
2',X'97CFC3A308BB1D4979AB56A8CA751484');
INSERT INTO "seal" VALUES('run_input','43
32',X'CC28A2C38E5A4AF5A3C6CB980BC9C255');
INSERT INTO "seal" VALUES('run_input','43
36',X'53F39B072BE90A7B01CBD0394EB7171F');
INSERT INTO "seal" VALUES('run_input','43
39',X'1CE051A573B5EA8548F6155E0F98BE49');
INSERT INTO "seal" VALUES('run_input','43
40',X'93BFB597ACA350AF80EB24D5C629D498');
INSERT INTO "seal" VALUES('run_input','45
10',X'302D1785B95B55FAAEB8B87CC9D005FE');
INSERT INTO "seal" VALUES('run_input','45
11',X'2317A0389802110A785E3E27A59B3BC4');
INSERT INTO "seal" VALUES('run_input','45
13',X'6E587DA952B793EF81F2A34B41796B5F');
INSERT INTO "seal" VALUES('run_input','45
15',X'C178C3B6C42EE552F528C9A8FE6B1858');
INSERT INTO "seal" VALUES('run_input','45
18',X'23B693809592BE1A89A2D455E52FA9D4');
INSERT INTO "seal" VALUES('run_input','45
2',X'0954A5CDD0A43483E106BF144E7DEC06');
INSERT INTO "seal" VALUES('run_input','45
32',X'39F1777ED57F4E3EC52AD1FDD2521530');
INSERT INTO "seal" VALUES('run_input','45
36',X'94F5EDAE14A7816A7BDA4222F3283508');
INSERT INTO "seal" VALUES('run_input','45
39',X'168ED07719F7C251E6CE9A45EC323BEE');
INSERT INTO "seal" VALUES('run_input','45
9',X'C0E7FD2D4AC1CFEFA7B1C1E176D88257');
INSERT INTO "seal" VALUES('run_input','5
4',X'F4A420820F096B23B45451DCA7CDDF60');
INSERT INTO "seal" VALUES('run_input','6
2',X'8C6155821EFFFC34C7CCFF86A8251158');
INSERT INTO "seal" VALUES('run_input','6
5',X'3AA67D35F475289398E5F6E17DCEA351');
INSERT INTO "seal" VALUES('run_input','8
2',X'7056D6A61836CA99484A53FEA3F62AB4');
INSERT INTO "seal" VALUES('run_input','8
3',X'25AEC11112F3A3B68AC69C0D5095D708');
INSERT INTO "seal" VALUES('script','4
bad.py',X'52A6637BAC537DD1094A0CF4F9A000B3');
INSERT INTO "seal" VALUES('script','4
first.py',X'C8A769385D74288F7DCA9354B8030D40');
INSERT INTO "seal" VALUES('setting','1',X'CD59B96DACD96DBC8A0BC4377151BD1C');
INSERT INTO "seal" VALUES('setting','2',X'3A76134BD448C8181AC96F0F49C9E8F9');
INSERT INTO "seal" VALUES('setting','3',X'EF2A3E4C4ABC1E4742606A1837E63A02');
INSERT INTO "seal" VALUES('setting','4',X'8DFA4777B9303E5B6BDC7890FA13A869');
INSERT INTO "seal" VALUES('setting','5',X'ADE01853A74984CB27AD44C8A2C7424F');
INSERT INTO "seal" VALUES('setting','6',X'A9F77173CC51957581FB962B915935E6');
INSERT INTO "seal" VALUES('snapshot','38',X'A8555819908B497BCDC9ECD517949FAF');
INSERT INTO "seal" VALUES('snapshot_block','38
1',X'CD19B62D823535E62E8FB2E4E2F6A3FF');
INSERT INTO "seal" VALUES('source','1',X'7B5D3A69874A2405066EC18116B29592');
INSERT INTO "seal" VALUES('source','2',X'593DC271C4761AD7AF173FF3C777A525');
INSERT INTO "seal" VALUES('suspect','run_id 33',X'3602A276D5C915DE4880628320241CF3');
INSERT INTO "seal" VALUES('text_removal','40',X'03DAA19A7DDFB3B77CF4138A4DAB7E33');
INSERT INTO "seal" VALUES('vote_block','1
1',X'5F9413A17281D784919AE8A646BC4DAE');
INSERT INTO "seal" VALUES('vote_block','2
1',X'4EF51190F0DBC8C412EA08137D2F4D93');
INSERT INTO "seal" VALUES('vote_block','3
1',X'D2FFDAC935E6CB8006AA98E658ECAE01');
INSERT INTO "seal" VALUES('vote_block','4
1',X'1039F2CE3316855F21251F55F09850B2');
INSERT INTO "seal" VALUES('vote_block','5
1',X'9F7207EDD3E8119EE25C6EA998B274DE');
CREATE TABLE setting (
  -- The settings that decide labels, as they were from a moment on; the newest row of a key counts.
  setting_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  key TEXT NOT NULL,           -- label_order, min_confidence
  value TEXT NOT NULL
) STRICT;
INSERT INTO "setting" VALUES(1,'2026-11-29T14:39:03.231286+00:00','label_order','correction,annotation,given,model');
INSERT INTO "setting" VALUES(2,'2026-11-29T14:39:03.231407+00:00','min_confidence','0.5');
INSERT INTO "setting" VALUES(3,'2026-11-29T14:39:03.231437+00:00','consensus','majority');
INSERT INTO "setting" VALUES(4,'2026-11-29T14:39:05.073822+00:00','consensus','dawid-skene');
INSERT INTO "setting" VALUES(5,'2026-11-29T14:39:06.293325+00:00','consensus','majority');
INSERT INTO "setting" VALUES(6,'2026-11-30T19:27:54.491297+00:00','default_class','');
CREATE TABLE snapshot (
  -- A named state of all labels.
  run_id INTEGER PRIMARY KEY REFERENCES run,
  name TEXT NOT NULL UNIQUE,
  classes TEXT NOT NULL,       -- JSON: the name of each class_id, as it was called then
  origins TEXT NOT NULL        -- JSON: what the codes in snapshot_block.origins mean
) STRICT;
INSERT INTO "snapshot" VALUES(38,'before','["ham", "spam", "advert", "offer", "fraud", "other"]','["correction", "annotation", "given", "model"]');
CREATE TABLE snapshot_block (
  -- The labels of the examples start_id … start_id + n - 1 in a snapshot; little-endian.
  run_id INTEGER NOT NULL REFERENCES run,
  start_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  classes BLOB NOT NULL,       -- uint16, 65535 = no label
  confidence BLOB NOT NULL,    -- float64
  origins BLOB NOT NULL,       -- uint8, 255 = none
  runs BLOB NOT NULL,          -- int64
  PRIMARY KEY (run_id, start_id)
) STRICT;
INSERT INTO "snapshot_block" VALUES(38,1,50,X'00000100000000000000010000000100010001000100010000000000000001000000010000000100000001000000000000000100000001000000010000000100000001000000010000000100000001000000010000000100000001000000010000000100',X'A550CEEEE8BBEC3FF8B72E921239E43F000000000000F03F000000000000F03FFC3C28E0EEC4EB3F000000000000F03F000000000000F03F000000000000F03FF8B72E921239E43FAF7F0AB81FCBDC3F000000000000F03FAF7F0AB81FCBDC3F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03FA0488964B717ED3F000000000000F03F000000000000F03F000000000000F03F000000009FECEF3F000000000000F03F000000000000F03F000000000000F03F000000009FECEF3F000000000000F03F000000000000F03F000000000000F03F000000009FECEF3F000000000000F03F000000000000F03F000000000000F03F000000009FECEF3F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000F03F',X'0101020201020202010100010102020201020202010202020302020203020202030002020302020202020202020202020202',X'2500000000000000250000000000000002000000000000000200000000000000250000000000000002000000000000000200000000000000020000000000000025000000000000002500000000000000240000000000000025000000000000000F000000000000000200000000000000020000000000000002000000000000000D00000000000000020000000000000002000000000000000200000000000000250000000000000002000000000000000200000000000000020000000000000020000000000000000200000000000000020000000000000002000000000000002000000000000000020000000000000002000000000000000200000000000000200000000000000024000000000000000200000000000000020000000000000020000000000000000200000000000000020000000000000002000000000000000300000000000000030000000000000003000000000000000300000000000000030000000000000003000000000000000300000000000000030000000000000003000000000000000300000000000000');
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
INSERT INTO "source" VALUES(1,2,'train.csv','cd504546635ce22a450d6f28fa0021fe3e2ee19bc8f10e8062694c7e1fecdbd4','csv','train',40,40);
INSERT INTO "source" VALUES(2,3,'eval.csv','dd0ae161c4ca341cb3e0631dc3957cd7c4e170bd3bbbb6103bcc0d77fc36215b','csv','evaluation',10,10);
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
INSERT INTO "suspect" VALUES(33,1,34,0,1,3.05230909679547413038e-01);
INSERT INTO "suspect" VALUES(33,2,9,1,0,7.00873846137061273786e-01);
INSERT INTO "suspect" VALUES(33,3,6,1,0,8.35289323130915195569e-01);
INSERT INTO "suspect" VALUES(33,4,22,1,0,8.4997579211050366954e-01);
INSERT INTO "suspect" VALUES(33,5,12,1,0,8.5882870053435622637e-01);
INSERT INTO "suspect" VALUES(33,6,38,1,0,8.61860749540618531483e-01);
INSERT INTO "suspect" VALUES(33,7,30,1,0,8.73902928522719557591e-01);
INSERT INTO "suspect" VALUES(33,8,28,1,0,8.99365032146709153515e-01);
INSERT INTO "suspect" VALUES(33,9,46,1,0,8.72100859847618536946e-01);
CREATE TABLE text_removal (
  -- A text that was removed for good; its example and all facts about it stay.
  example_id INTEGER PRIMARY KEY REFERENCES example,
  run_id INTEGER NOT NULL REFERENCES run
) STRICT;
INSERT INTO "text_removal" VALUES(40,44);
CREATE TABLE vote_block (
  -- The votes of one LF version on the examples start_id, start_id + 1, … start_id + n - 1.
  lf_version_id INTEGER NOT NULL REFERENCES lf_version,
  start_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  votes BLOB NOT NULL,         -- int8 (int16 little-endian from 128 classes on), -1 = abstain
  run_id INTEGER NOT NULL REFERENCES run,
  PRIMARY KEY (lf_version_id, start_id)
) STRICT;
INSERT INTO "vote_block" VALUES(1,1,50,X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF',4);
INSERT INTO "vote_block" VALUES(2,1,50,X'FF01FF01FF01FFFFFF01FF01FF01FFFFFF01FF01FF01FFFFFF01FF01FF01FFFFFF01FF01FF01FFFFFF01FF01FF01FFFFFF01',4);
INSERT INTO "vote_block" VALUES(3,1,50,X'FF01FFFFFFFFFF01FF01FFFFFFFFFF01FF01FFFFFFFFFF01FF01FFFFFFFFFF01FF01FFFFFFFFFF01FF01FFFFFFFFFF01FF01',4);
INSERT INTO "vote_block" VALUES(4,1,50,X'00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FFFFFF00FF',4);
INSERT INTO "vote_block" VALUES(5,1,50,X'00FF00FF0000FFFF00FF00FF0000FFFF00FF00FF0000FFFF00FF00FF0000FFFF00FF00FF0000FFFF00FF00FF0000FFFF00FF',4);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX proposal_example ON proposal (example_id);
CREATE INDEX suspect_example ON suspect (example_id);
CREATE INDEX duplicate_representative ON duplicate (representative_id);
CREATE INDEX lf_error_version ON lf_error (lf_version_id);
CREATE VIEW run_summary AS
  -- Each run with its outcome.
  SELECT run_id, kind, started_at, ended_at, agent, coalesce(outcome, 'running') AS outcome,
         parameters, seed, counts, error, versions, fingerprint
  FROM run LEFT JOIN run_end USING (run_id);
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
CREATE INDEX event_example ON event (example_id);
CREATE INDEX event_target ON event (target_id) WHERE target_id IS NOT NULL;
CREATE INDEX event_act ON event (act_id) WHERE act_id IS NOT NULL;
CREATE INDEX event_project ON event (kind, event_id) WHERE example_id IS NULL;
CREATE INDEX event_annotator ON event (annotator, event_id);
CREATE VIEW class_now AS
  -- The classes: what each is called and counts as now.
  SELECT class_id, name, position, counts_as, former_names FROM class_state
  WHERE state_id = (SELECT max(state_id) FROM class_state);
CREATE VIEW active_event AS
  -- The acts that stand: an undo takes its target back, a redo puts it again; the last word counts.
  SELECT e.* FROM event AS e
  WHERE e.kind NOT IN ('undo', 'redo')
    AND coalesce((SELECT t.kind FROM event AS t WHERE t.target_id = coalesce(e.act_id, e.event_id)
                  ORDER BY t.event_id DESC LIMIT 1), 'redo') = 'redo';
CREATE VIEW current_guideline AS
  -- The guidelines in force.
  SELECT g.guideline_id, g.at, g.agent, g.content
  FROM active_event AS e JOIN guideline AS g USING (guideline_id)
  WHERE e.example_id IS NULL AND e.kind = 'guideline' ORDER BY e.event_id DESC LIMIT 1;
CREATE VIEW current_lf AS
  -- The version of each labeling function that is in force: the newest whose publication stands.
  WITH undone AS (
    SELECT p.run_id FROM event AS p
    WHERE p.example_id IS NULL AND p.kind = 'publish'
      AND (SELECT t.kind FROM event AS t WHERE t.target_id = p.event_id
           ORDER BY t.event_id DESC LIMIT 1) = 'undo'),
  counted AS (
    SELECT s.name, max(s.run_id) AS run_id
    FROM lf_state AS s JOIN run_end AS e ON e.run_id = s.run_id AND e.outcome = 'done'
    WHERE s.run_id NOT IN (SELECT run_id FROM undone)
    GROUP BY s.name)
  SELECT s.name, s.lf_version_id, s.run_id AS since_run_id
  FROM counted AS c JOIN lf_state AS s ON s.name = c.name AND s.run_id = c.run_id
  WHERE s.lf_version_id IS NOT NULL;
CREATE VIEW vote AS
  -- The votes in long form: a row for each example and labeling function in force that did not abstain.
  WITH octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')),
  cell AS (
    SELECT x.example_id, x.uid, c.name AS lf, c.lf_version_id, v.run_id,
           CASE WHEN length(v.votes) = v.n
             THEN instr(b, substr(v.votes, x.example_id - v.start_id + 1, 1)) - 1
             ELSE instr(b, substr(v.votes, 2 * (x.example_id - v.start_id) + 1, 1)) - 1
                + 256 * (instr(b, substr(v.votes, 2 * (x.example_id - v.start_id) + 2, 1)) - 1)
           END AS said,
           CASE WHEN length(v.votes) = v.n THEN 255 ELSE 65535 END AS abstain
    FROM example AS x, octets, current_lf AS c
    JOIN vote_block AS v ON v.lf_version_id = c.lf_version_id
     AND x.example_id >= v.start_id AND x.example_id < v.start_id + v.n)
  SELECT example_id, uid, lf, n.class_id, n.name AS class, k.name AS said, cell.lf_version_id, cell.run_id
  FROM cell JOIN class_now AS k ON k.class_id = cell.said
  LEFT JOIN class_now AS n ON n.class_id = k.counts_as
  WHERE cell.said <> abstain;
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
CREATE VIEW run_graph AS
  -- The lineage: each run with a run whose results it read.
  SELECT i.run_id, r.kind, r.outcome, r.started_at, i.input_run_id, s.kind AS input_kind
  FROM run_input AS i JOIN run_summary AS r USING (run_id) JOIN run AS s ON s.run_id = i.input_run_id;
CREATE VIEW label_trail AS
  -- All that happened to the label of an example: SELECT * FROM label_trail WHERE uid = '…' ORDER BY at.
  WITH octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'))
  SELECT x.example_id, x.uid, r.started_at AS at, 'import' AS act, k.name AS class, r.agent AS who,
         s.path || ', row ' || x.row AS detail, s.run_id
  FROM example AS x JOIN source AS s USING (source_id) JOIN run AS r ON r.run_id = s.run_id
  LEFT JOIN class_now AS k ON k.class_id = x.given_class
  UNION ALL
  SELECT v.example_id, v.uid, r.started_at, 'vote', v.said, v.lf, substr(f.version, 1, 12), v.run_id
  FROM vote AS v JOIN lf_version AS f USING (lf_version_id) JOIN run AS r ON r.run_id = v.run_id
  UNION ALL
  SELECT x.example_id, x.uid, r.started_at, 'proposal', NULL, r.agent, p.reason, p.run_id
  FROM proposal AS p JOIN example AS x USING (example_id) JOIN run AS r ON r.run_id = p.run_id
  UNION ALL
  SELECT x.example_id, x.uid, r.started_at, 'suspect', k.name, r.agent,
         'label quality ' || round(p.label_quality, 3), p.run_id
  FROM suspect AS p JOIN example AS x USING (example_id) JOIN run AS r ON r.run_id = p.run_id
  JOIN class_now AS k ON k.class_id = p.suggested_class
  UNION ALL
  SELECT x.example_id, x.uid, e.at, e.kind, k.name, e.annotator,
         coalesce(e.note, 'event ' || e.target_id), e.run_id
  FROM event AS e JOIN example AS x USING (example_id) LEFT JOIN class_now AS k USING (class_id)
  UNION ALL
  SELECT x.example_id, x.uid, r.started_at, 'export', k.name, r.agent, f.path, f.run_id
  FROM export AS f JOIN run AS r USING (run_id) JOIN export_block AS p USING (run_id), octets
  JOIN example AS x ON x.example_id >= p.start_id AND x.example_id < p.start_id + p.n
  JOIN class_now AS k ON k.class_id = instr(b, substr(p.classes, 2 * (x.example_id - p.start_id) + 1, 1)) - 1
    + 256 * (instr(b, substr(p.classes, 2 * (x.example_id - p.start_id) + 2, 1)) - 1);
CREATE TRIGGER event_kind_no_update BEFORE UPDATE ON [event_kind] BEGIN SELECT RAISE(ABORT, 'event_kind holds facts: append, never update'); END;
CREATE TRIGGER event_kind_no_delete BEFORE DELETE ON [event_kind] BEGIN SELECT RAISE(ABORT, 'event_kind holds facts: append, never delete'); END;
CREATE TRIGGER event_no_update BEFORE UPDATE ON [event] BEGIN SELECT RAISE(ABORT, 'event holds facts: append, never update'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON [event] BEGIN SELECT RAISE(ABORT, 'event holds facts: append, never delete'); END;
CREATE TRIGGER class_state_no_update BEFORE UPDATE ON [class_state] BEGIN SELECT RAISE(ABORT, 'class_state holds facts: append, never update'); END;
CREATE TRIGGER class_state_no_delete BEFORE DELETE ON [class_state] BEGIN SELECT RAISE(ABORT, 'class_state holds facts: append, never delete'); END;
CREATE TRIGGER belief_column_no_update BEFORE UPDATE ON [belief_column] BEGIN SELECT RAISE(ABORT, 'belief_column holds facts: append, never update'); END;
CREATE TRIGGER belief_column_no_delete BEFORE DELETE ON [belief_column] BEGIN SELECT RAISE(ABORT, 'belief_column holds facts: append, never delete'); END;
CREATE TRIGGER label_model_no_update BEFORE UPDATE ON [label_model] BEGIN SELECT RAISE(ABORT, 'label_model holds facts: append, never update'); END;
CREATE TRIGGER label_model_no_delete BEFORE DELETE ON [label_model] BEGIN SELECT RAISE(ABORT, 'label_model holds facts: append, never delete'); END;
CREATE TRIGGER label_model_weight_no_update BEFORE UPDATE ON [label_model_weight] BEGIN SELECT RAISE(ABORT, 'label_model_weight holds facts: append, never update'); END;
CREATE TRIGGER label_model_weight_no_delete BEFORE DELETE ON [label_model_weight] BEGIN SELECT RAISE(ABORT, 'label_model_weight holds facts: append, never delete'); END;
CREATE TRIGGER script_no_update BEFORE UPDATE ON [script] BEGIN SELECT RAISE(ABORT, 'script holds facts: append, never update'); END;
CREATE TRIGGER script_no_delete BEFORE DELETE ON [script] BEGIN SELECT RAISE(ABORT, 'script holds facts: append, never delete'); END;
CREATE TRIGGER snapshot_no_update BEFORE UPDATE ON [snapshot] BEGIN SELECT RAISE(ABORT, 'snapshot holds facts: append, never update'); END;
CREATE TRIGGER snapshot_no_delete BEFORE DELETE ON [snapshot] BEGIN SELECT RAISE(ABORT, 'snapshot holds facts: append, never delete'); END;
CREATE TRIGGER snapshot_block_no_update BEFORE UPDATE ON [snapshot_block] BEGIN SELECT RAISE(ABORT, 'snapshot_block holds facts: append, never update'); END;
CREATE TRIGGER snapshot_block_no_delete BEFORE DELETE ON [snapshot_block] BEGIN SELECT RAISE(ABORT, 'snapshot_block holds facts: append, never delete'); END;
CREATE TRIGGER run_seal AFTER INSERT ON [run] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('run', CAST(NEW.run_id AS TEXT), seal_digest(NEW.run_id, NEW.kind, NEW.started_at, NEW.agent, NEW.process, NEW.versions, NEW.parameters, NEW.seed, NEW.fingerprint)); END;
CREATE TRIGGER run_end_seal AFTER INSERT ON [run_end] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('run_end', CAST(NEW.run_id AS TEXT), seal_digest(NEW.run_id, NEW.ended_at, NEW.outcome, NEW.counts, NEW.error)); END;
CREATE TRIGGER run_input_seal AFTER INSERT ON [run_input] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('run_input', CAST(NEW.run_id || char(10) || NEW.input_run_id AS TEXT), seal_digest(NEW.run_id, NEW.input_run_id)); END;
CREATE TRIGGER artifact_seal AFTER INSERT ON [artifact] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('artifact', CAST(NEW.run_id || char(10) || NEW.name AS TEXT), seal_digest(NEW.run_id, NEW.name, NEW.content)); END;
CREATE TRIGGER setting_seal AFTER INSERT ON [setting] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('setting', CAST(NEW.setting_id AS TEXT), seal_digest(NEW.setting_id, NEW.at, NEW.key, NEW.value)); END;
CREATE TRIGGER class_seal AFTER INSERT ON [class] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('class', CAST(NEW.class_id AS TEXT), seal_digest(NEW.class_id, NEW.name, NEW.run_id)); END;
CREATE TRIGGER class_state_seal AFTER INSERT ON [class_state] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('class_state', CAST(NEW.state_id || char(10) || NEW.class_id AS TEXT), seal_digest(NEW.state_id, NEW.class_id, NEW.name, NEW.position, NEW.counts_as, NEW.former_names, NEW.event_id)); END;
CREATE TRIGGER source_seal AFTER INSERT ON [source] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('source', CAST(NEW.source_id AS TEXT), seal_digest(NEW.source_id, NEW.run_id, NEW.path, NEW.sha256, NEW.format, NEW.role, NEW.n_rows, NEW.n_added)); END;
CREATE TRIGGER lf_version_seal AFTER INSERT ON [lf_version] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('lf_version', CAST(NEW.lf_version_id AS TEXT), seal_digest(NEW.lf_version_id, NEW.run_id, NEW.name, NEW.version, NEW.kind, NEW.file, NEW.line, NEW.source)); END;
CREATE TRIGGER lf_state_seal AFTER INSERT ON [lf_state] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('lf_state', CAST(NEW.run_id || char(10) || NEW.name AS TEXT), seal_digest(NEW.run_id, NEW.name, NEW.lf_version_id)); END;
CREATE TRIGGER lf_run_seal AFTER INSERT ON [lf_run] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('lf_run', CAST(NEW.run_id || char(10) || NEW.lf_version_id AS TEXT), seal_digest(NEW.run_id, NEW.lf_version_id, NEW.n_rows, NEW.n_votes, NEW.n_errors, NEW.seconds, NEW.quarantined)); END;
CREATE TRIGGER script_seal AFTER INSERT ON [script] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('script', CAST(NEW.run_id || char(10) || NEW.file AS TEXT), seal_digest(NEW.run_id, NEW.file, NEW.sha256)); END;
CREATE TRIGGER vote_block_seal AFTER INSERT ON [vote_block] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('vote_block', CAST(NEW.lf_version_id || char(10) || NEW.start_id AS TEXT), seal_digest(NEW.lf_version_id, NEW.start_id, NEW.n, NEW.votes, NEW.run_id)); END;
CREATE TRIGGER belief_block_seal AFTER INSERT ON [belief_block] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('belief_block', CAST(NEW.run_id || char(10) || NEW.model || char(10) || NEW.start_id AS TEXT), seal_digest(NEW.run_id, NEW.model, NEW.start_id, NEW.n, NEW.n_classes, NEW.probs, NEW.top)); END;
CREATE TRIGGER belief_column_seal AFTER INSERT ON [belief_column] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('belief_column', CAST(NEW.run_id || char(10) || NEW.position AS TEXT), seal_digest(NEW.run_id, NEW.position, NEW.class_id)); END;
CREATE TRIGGER label_model_seal AFTER INSERT ON [label_model] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('label_model', CAST(NEW.run_id || char(10) || NEW.model AS TEXT), seal_digest(NEW.run_id, NEW.model, NEW.log_prior)); END;
CREATE TRIGGER label_model_weight_seal AFTER INSERT ON [label_model_weight] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('label_model_weight', CAST(NEW.run_id || char(10) || NEW.model || char(10) || NEW.position AS TEXT), seal_digest(NEW.run_id, NEW.model, NEW.position, NEW.lf_version_id, NEW.log_likelihood)); END;
CREATE TRIGGER guideline_seal AFTER INSERT ON [guideline] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('guideline', CAST(NEW.guideline_id AS TEXT), seal_digest(NEW.guideline_id, NEW.at, NEW.agent, NEW.content)); END;
CREATE TRIGGER event_seal AFTER INSERT ON [event] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('event', CAST(NEW.event_id AS TEXT), seal_digest(NEW.event_id, NEW.at, NEW.annotator, NEW.kind, NEW.run_id, NEW.example_id, NEW.class_id, NEW.seconds, NEW.batch_run_id, NEW.guideline_id, NEW.note, NEW.target_id, NEW.act_id, NEW.detail, NEW.hash)); END;
CREATE TRIGGER snapshot_seal AFTER INSERT ON [snapshot] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('snapshot', CAST(NEW.run_id AS TEXT), seal_digest(NEW.run_id, NEW.name, NEW.classes, NEW.origins)); END;
CREATE TRIGGER snapshot_block_seal AFTER INSERT ON [snapshot_block] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('snapshot_block', CAST(NEW.run_id || char(10) || NEW.start_id AS TEXT), seal_digest(NEW.run_id, NEW.start_id, NEW.n, NEW.classes, NEW.confidence, NEW.origins, NEW.runs)); END;
CREATE TRIGGER export_seal AFTER INSERT ON [export] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('export', CAST(NEW.run_id AS TEXT), seal_digest(NEW.run_id, NEW.path, NEW.sha256, NEW.format, NEW.n_rows)); END;
CREATE TRIGGER export_block_seal AFTER INSERT ON [export_block] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('export_block', CAST(NEW.run_id || char(10) || NEW.start_id AS TEXT), seal_digest(NEW.run_id, NEW.start_id, NEW.n, NEW.classes)); END;
CREATE TRIGGER seal_no_update BEFORE UPDATE ON [seal] BEGIN SELECT RAISE(ABORT, 'seal holds facts: append, never update'); END;
CREATE VIEW current_consensus AS
  -- The newest weighing of answers, and the last event that it knows of.
  SELECT r.run_id, json_extract(r.parameters, '$.last_event_id') AS last_event_id
  FROM run AS r JOIN run_end AS e USING (run_id)
  WHERE r.kind = 'consensus' AND e.outcome = 'done'
  ORDER BY r.run_id DESC LIMIT 1;
CREATE VIEW weighed_consensus AS
  -- The weighed outcomes that hold: the policy asks for them, and nothing happened to the example since.
  SELECT c.example_id, c.class_id, c.confidence, c.run_id
  FROM current_consensus AS m JOIN consensus AS c USING (run_id)
  WHERE (SELECT value FROM setting WHERE key = 'consensus' ORDER BY setting_id DESC LIMIT 1) = 'dawid-skene'
    AND NOT EXISTS (SELECT 1 FROM event AS e
                    WHERE e.example_id = c.example_id AND e.event_id > m.last_event_id)
    AND NOT EXISTS (SELECT 1 FROM event AS e JOIN event AS t ON t.target_id = e.act_id
                    WHERE e.example_id = c.example_id AND t.event_id > m.last_event_id);
CREATE TRIGGER consensus_no_update BEFORE UPDATE ON [consensus] BEGIN SELECT RAISE(ABORT, 'consensus holds facts: append, never update'); END;
CREATE TRIGGER consensus_no_delete BEFORE DELETE ON [consensus] BEGIN SELECT RAISE(ABORT, 'consensus holds facts: append, never delete'); END;
CREATE VIEW current_model AS
  -- The model that labels come from now: the newest aggregation, or a newer training with a mix.
  SELECT r.run_id, json_extract(a.content, '$.chosen') AS model
  FROM run AS r JOIN run_end AS e USING (run_id)
  JOIN artifact AS a ON a.run_id = r.run_id AND a.name = r.kind
  WHERE e.outcome = 'done'
    AND (r.kind = 'aggregate' OR (r.kind = 'train' AND json_extract(a.content, '$.chosen') = 'mix'))
  ORDER BY r.run_id DESC LIMIT 1;
CREATE TRIGGER seal_no_delete BEFORE DELETE ON [seal] BEGIN SELECT RAISE(ABORT, 'seal holds facts: append, never delete'); END;
CREATE TRIGGER example_text_no_delete BEFORE DELETE ON example_text
  WHEN NOT EXISTS (SELECT 1 FROM text_removal AS r WHERE r.example_id = OLD.example_id)
  BEGIN SELECT RAISE(ABORT, 'example_text holds facts: append, never delete'); END;
CREATE TRIGGER text_removal_seal AFTER INSERT ON [text_removal] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('text_removal', CAST(NEW.example_id AS TEXT), seal_digest(NEW.example_id, NEW.run_id)); END;
CREATE TRIGGER text_removal_no_update BEFORE UPDATE ON [text_removal] BEGIN SELECT RAISE(ABORT, 'text_removal holds facts: append, never update'); END;
CREATE TRIGGER text_removal_no_delete BEFORE DELETE ON [text_removal] BEGIN SELECT RAISE(ABORT, 'text_removal holds facts: append, never delete'); END;
CREATE TRIGGER example_no_replace BEFORE INSERT ON example
  WHEN NEW.example_id < 0 AND seal_digest(NEW.uid)
  BEGIN SELECT RAISE(ABORT, 'example holds facts: append, never replace'); END;
CREATE TRIGGER example_text_no_replace BEFORE INSERT ON example_text
  WHEN EXISTS (SELECT 1 FROM text_removal AS r WHERE r.example_id = NEW.example_id)
    OR NEW.example_id < 0 AND seal_digest(NEW.content)
  BEGIN SELECT RAISE(ABORT, 'the text was removed for good'); END;
CREATE TRIGGER event_witness_seal AFTER INSERT ON [event_witness] BEGIN INSERT INTO seal (table_name, row_key, digest) VALUES ('event_witness', CAST(NEW.run_id AS TEXT), seal_digest(NEW.run_id, NEW.event_id, NEW.hash)); END;
CREATE TRIGGER event_witness_no_update BEFORE UPDATE ON [event_witness] BEGIN SELECT RAISE(ABORT, 'event_witness holds facts: append, never update'); END;
CREATE TRIGGER event_witness_no_delete BEFORE DELETE ON [event_witness] BEGIN SELECT RAISE(ABORT, 'event_witness holds facts: append, never delete'); END;
CREATE TRIGGER artifact_no_replace BEFORE INSERT ON [artifact] WHEN EXISTS (SELECT 1 FROM [artifact] WHERE run_id = NEW.run_id AND name = NEW.name) BEGIN SELECT RAISE(ABORT, 'artifact holds facts: append, never replace'); END;
CREATE TRIGGER belief_block_no_replace BEFORE INSERT ON [belief_block] WHEN EXISTS (SELECT 1 FROM [belief_block] WHERE run_id = NEW.run_id AND model = NEW.model AND start_id = NEW.start_id) BEGIN SELECT RAISE(ABORT, 'belief_block holds facts: append, never replace'); END;
CREATE TRIGGER belief_column_no_replace BEFORE INSERT ON [belief_column] WHEN EXISTS (SELECT 1 FROM [belief_column] WHERE run_id = NEW.run_id AND position = NEW.position) BEGIN SELECT RAISE(ABORT, 'belief_column holds facts: append, never replace'); END;
CREATE TRIGGER class_no_replace BEFORE INSERT ON [class] WHEN EXISTS (SELECT 1 FROM [class] WHERE class_id = NEW.class_id) OR EXISTS (SELECT 1 FROM [class] WHERE name = NEW.name) BEGIN SELECT RAISE(ABORT, 'class holds facts: append, never replace'); END;
CREATE TRIGGER class_state_no_replace BEFORE INSERT ON [class_state] WHEN EXISTS (SELECT 1 FROM [class_state] WHERE state_id = NEW.state_id AND class_id = NEW.class_id) BEGIN SELECT RAISE(ABORT, 'class_state holds facts: append, never replace'); END;
CREATE TRIGGER consensus_no_replace BEFORE INSERT ON [consensus] WHEN EXISTS (SELECT 1 FROM [consensus] WHERE run_id = NEW.run_id AND example_id = NEW.example_id) BEGIN SELECT RAISE(ABORT, 'consensus holds facts: append, never replace'); END;
CREATE TRIGGER duplicate_no_replace BEFORE INSERT ON [duplicate] WHEN EXISTS (SELECT 1 FROM [duplicate] WHERE run_id = NEW.run_id AND example_id = NEW.example_id) BEGIN SELECT RAISE(ABORT, 'duplicate holds facts: append, never replace'); END;
CREATE TRIGGER event_no_replace BEFORE INSERT ON [event] WHEN EXISTS (SELECT 1 FROM [event] WHERE event_id = NEW.event_id) BEGIN SELECT RAISE(ABORT, 'event holds facts: append, never replace'); END;
CREATE TRIGGER event_kind_no_replace BEFORE INSERT ON [event_kind] WHEN EXISTS (SELECT 1 FROM [event_kind] WHERE kind = NEW.kind) BEGIN SELECT RAISE(ABORT, 'event_kind holds facts: append, never replace'); END;
CREATE TRIGGER event_witness_no_replace BEFORE INSERT ON [event_witness] WHEN EXISTS (SELECT 1 FROM [event_witness] WHERE run_id = NEW.run_id) BEGIN SELECT RAISE(ABORT, 'event_witness holds facts: append, never replace'); END;
CREATE TRIGGER export_no_replace BEFORE INSERT ON [export] WHEN EXISTS (SELECT 1 FROM [export] WHERE run_id = NEW.run_id) BEGIN SELECT RAISE(ABORT, 'export holds facts: append, never replace'); END;
CREATE TRIGGER export_block_no_replace BEFORE INSERT ON [export_block] WHEN EXISTS (SELECT 1 FROM [export_block] WHERE run_id = NEW.run_id AND start_id = NEW.start_id) BEGIN SELECT RAISE(ABORT, 'export_block holds facts: append, never replace'); END;
CREATE TRIGGER guideline_no_replace BEFORE INSERT ON [guideline] WHEN EXISTS (SELECT 1 FROM [guideline] WHERE guideline_id = NEW.guideline_id) BEGIN SELECT RAISE(ABORT, 'guideline holds facts: append, never replace'); END;
CREATE TRIGGER label_model_no_replace BEFORE INSERT ON [label_model] WHEN EXISTS (SELECT 1 FROM [label_model] WHERE run_id = NEW.run_id AND model = NEW.model) BEGIN SELECT RAISE(ABORT, 'label_model holds facts: append, never replace'); END;
CREATE TRIGGER label_model_weight_no_replace BEFORE INSERT ON [label_model_weight] WHEN EXISTS (SELECT 1 FROM [label_model_weight] WHERE run_id = NEW.run_id AND model = NEW.model AND position = NEW.position) BEGIN SELECT RAISE(ABORT, 'label_model_weight holds facts: append, never replace'); END;
CREATE TRIGGER lf_error_no_replace BEFORE INSERT ON [lf_error] WHEN EXISTS (SELECT 1 FROM [lf_error] WHERE run_id = NEW.run_id AND lf_version_id = NEW.lf_version_id AND example_id = NEW.example_id) BEGIN SELECT RAISE(ABORT, 'lf_error holds facts: append, never replace'); END;
CREATE TRIGGER lf_run_no_replace BEFORE INSERT ON [lf_run] WHEN EXISTS (SELECT 1 FROM [lf_run] WHERE run_id = NEW.run_id AND lf_version_id = NEW.lf_version_id) BEGIN SELECT RAISE(ABORT, 'lf_run holds facts: append, never replace'); END;
CREATE TRIGGER lf_state_no_replace BEFORE INSERT ON [lf_state] WHEN EXISTS (SELECT 1 FROM [lf_state] WHERE run_id = NEW.run_id AND name = NEW.name) BEGIN SELECT RAISE(ABORT, 'lf_state holds facts: append, never replace'); END;
CREATE TRIGGER lf_version_no_replace BEFORE INSERT ON [lf_version] WHEN EXISTS (SELECT 1 FROM [lf_version] WHERE lf_version_id = NEW.lf_version_id) OR EXISTS (SELECT 1 FROM [lf_version] WHERE name = NEW.name AND version = NEW.version) BEGIN SELECT RAISE(ABORT, 'lf_version holds facts: append, never replace'); END;
CREATE TRIGGER proposal_no_replace BEFORE INSERT ON [proposal] WHEN EXISTS (SELECT 1 FROM [proposal] WHERE run_id = NEW.run_id AND rank = NEW.rank) BEGIN SELECT RAISE(ABORT, 'proposal holds facts: append, never replace'); END;
CREATE TRIGGER run_no_replace BEFORE INSERT ON [run] WHEN EXISTS (SELECT 1 FROM [run] WHERE run_id = NEW.run_id) BEGIN SELECT RAISE(ABORT, 'run holds facts: append, never replace'); END;
CREATE TRIGGER run_end_no_replace BEFORE INSERT ON [run_end] WHEN EXISTS (SELECT 1 FROM [run_end] WHERE run_id = NEW.run_id) BEGIN SELECT RAISE(ABORT, 'run_end holds facts: append, never replace'); END;
CREATE TRIGGER run_input_no_replace BEFORE INSERT ON [run_input] WHEN EXISTS (SELECT 1 FROM [run_input] WHERE run_id = NEW.run_id AND input_run_id = NEW.input_run_id) BEGIN SELECT RAISE(ABORT, 'run_input holds facts: append, never replace'); END;
CREATE TRIGGER script_no_replace BEFORE INSERT ON [script] WHEN EXISTS (SELECT 1 FROM [script] WHERE run_id = NEW.run_id AND file = NEW.file) BEGIN SELECT RAISE(ABORT, 'script holds facts: append, never replace'); END;
CREATE TRIGGER seal_no_replace BEFORE INSERT ON [seal] WHEN EXISTS (SELECT 1 FROM [seal] WHERE table_name = NEW.table_name AND row_key = NEW.row_key) BEGIN SELECT RAISE(ABORT, 'seal holds facts: append, never replace'); END;
CREATE TRIGGER setting_no_replace BEFORE INSERT ON [setting] WHEN EXISTS (SELECT 1 FROM [setting] WHERE setting_id = NEW.setting_id) BEGIN SELECT RAISE(ABORT, 'setting holds facts: append, never replace'); END;
CREATE TRIGGER snapshot_no_replace BEFORE INSERT ON [snapshot] WHEN EXISTS (SELECT 1 FROM [snapshot] WHERE name = NEW.name) OR EXISTS (SELECT 1 FROM [snapshot] WHERE run_id = NEW.run_id) BEGIN SELECT RAISE(ABORT, 'snapshot holds facts: append, never replace'); END;
CREATE TRIGGER snapshot_block_no_replace BEFORE INSERT ON [snapshot_block] WHEN EXISTS (SELECT 1 FROM [snapshot_block] WHERE run_id = NEW.run_id AND start_id = NEW.start_id) BEGIN SELECT RAISE(ABORT, 'snapshot_block holds facts: append, never replace'); END;
CREATE TRIGGER source_no_replace BEFORE INSERT ON [source] WHEN EXISTS (SELECT 1 FROM [source] WHERE source_id = NEW.source_id) BEGIN SELECT RAISE(ABORT, 'source holds facts: append, never replace'); END;
CREATE TRIGGER suspect_no_replace BEFORE INSERT ON [suspect] WHEN EXISTS (SELECT 1 FROM [suspect] WHERE run_id = NEW.run_id AND rank = NEW.rank) BEGIN SELECT RAISE(ABORT, 'suspect holds facts: append, never replace'); END;
CREATE TRIGGER text_removal_no_replace BEFORE INSERT ON [text_removal] WHEN EXISTS (SELECT 1 FROM [text_removal] WHERE example_id = NEW.example_id) BEGIN SELECT RAISE(ABORT, 'text_removal holds facts: append, never replace'); END;
CREATE TRIGGER vote_block_no_replace BEFORE INSERT ON [vote_block] WHEN EXISTS (SELECT 1 FROM [vote_block] WHERE lf_version_id = NEW.lf_version_id AND start_id = NEW.start_id) BEGIN SELECT RAISE(ABORT, 'vote_block holds facts: append, never replace'); END;
CREATE VIEW answer AS
  -- The class that each annotator gives each example, as it counts now, none where it is gone; a later
  -- skip or flag withdraws it.
  SELECT d.example_id, d.annotator, k.counts_as AS class_id, d.event_id, d.run_id
  FROM active_event AS d JOIN class_now AS k USING (class_id)
  WHERE d.kind = 'label'
    AND d.event_id = (SELECT max(f.event_id) FROM active_event AS f
                      WHERE f.example_id = d.example_id AND f.annotator = d.annotator
                        AND f.kind IN ('label', 'skip', 'flag'));
CREATE VIEW answer_tally AS
  -- How many annotators give each example each class; without a class: one that is gone.
  SELECT example_id, class_id, count(*) AS n, max(run_id) AS run_id
  FROM answer GROUP BY example_id, class_id;
CREATE VIEW adjudication AS
  -- What was settled of an example that annotators differ on: the last word counts; without a class
  -- where that is gone.
  SELECT e.example_id, k.counts_as AS class_id, e.annotator, e.event_id, e.run_id
  FROM active_event AS e JOIN class_now AS k USING (class_id)
  WHERE e.kind = 'adjudicate'
    AND e.event_id = (SELECT max(f.event_id) FROM active_event AS f
                      WHERE f.example_id = e.example_id AND f.kind = 'adjudicate');
CREATE VIEW annotation_consensus AS
  -- The one class of an example's answers: settled by a person; else weighed, where that is the policy
  -- and the weights know all answers; else the class of most (of all, where differences wait for a
  -- person); a tie has none. Without a class where the one that they agree on is gone.
  WITH ranked AS (
    SELECT example_id, class_id, n, run_id,
           sum(n) OVER (PARTITION BY example_id) AS n_answers,
           row_number() OVER (PARTITION BY example_id ORDER BY n DESC) AS place,
           lead(n, 1, 0) OVER (PARTITION BY example_id ORDER BY n DESC) AS runner_up
    FROM answer_tally)
  SELECT example_id, class_id, 1.0 AS confidence, run_id FROM adjudication
  UNION ALL
  SELECT w.example_id, k.counts_as, w.confidence, w.run_id
  FROM weighed_consensus AS w JOIN class_now AS k USING (class_id)
  WHERE NOT EXISTS (SELECT 1 FROM adjudication AS a WHERE a.example_id = w.example_id)
  UNION ALL
  SELECT r.example_id, r.class_id, r.n * 1.0 / r.n_answers, r.run_id
  FROM ranked AS r
  WHERE r.place = 1 AND r.runner_up < r.n
    AND (r.runner_up = 0 OR (SELECT value FROM setting WHERE key = 'consensus'
                             ORDER BY setting_id DESC LIMIT 1) IS NOT 'adjudicate')
    AND NOT EXISTS (SELECT 1 FROM weighed_consensus AS w WHERE w.example_id = r.example_id)
    AND NOT EXISTS (SELECT 1 FROM adjudication AS a WHERE a.example_id = r.example_id);
CREATE VIEW default_class AS
  -- The class of the rows that no vote decides, as it counts now; no row where there is none.
  SELECT k.counts_as AS class_id
  FROM setting AS s JOIN class_now AS k ON k.class_id = CAST(s.value AS INTEGER)
  WHERE s.setting_id = (SELECT max(setting_id) FROM setting WHERE key = 'default_class')
    AND s.value <> '' AND k.counts_as IS NOT NULL;
CREATE VIEW default_label AS
  -- The rows of the model in use that no vote decides (in `belief_block.top` the class code 65534
  -- marks them), with the default class, and what the model believes of it: probabilities are float32, and SQLite reads their bytes. The limit keeps it from
  -- cutting each of them from its blob again and again.
  WITH octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'))
  SELECT x.example_id, d.class_id, m.run_id,
         -- A probability has no sign; under 2^-30 it is none, and that of a class that is newer.
         (SELECT total(CASE WHEN n >> 23 < 97 THEN 0.0
                            ELSE ((n & 8388607) + 8388608) * 1.0 / (1 << (150 - (n >> 23))) END)
          FROM (SELECT instr(b, substr(f, 1, 1)) - 1 + 256 * (instr(b, substr(f, 2, 1)) - 1)
                       + 65536 * (instr(b, substr(f, 3, 1)) - 1)
                       + 16777216 * (instr(b, substr(f, 4, 1)) - 1) AS n
                FROM octets, (
                  SELECT substr(v.probs, 4 * (v.n_classes * (x.example_id - v.start_id)
                                              + p.position) + 1, 4) AS f
                  FROM belief_column AS p JOIN class_now AS k USING (class_id)
                  WHERE p.run_id = m.run_id AND k.counts_as = d.class_id LIMIT 65535))) AS confidence
  FROM example AS x, default_class AS d, current_model AS m
  JOIN belief_block AS v ON v.run_id = m.run_id AND v.model = m.model
   AND x.example_id >= v.start_id AND x.example_id < v.start_id + v.n
  WHERE substr(v.top, 4 * (x.example_id - v.start_id) + 1, 2) = x'feff';
CREATE VIEW label_candidate AS
  -- Every label that speaks for an example, with its origin; classes as they count now, none where
  -- what was said is gone.
  WITH octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')),
  believed AS (
    SELECT x.example_id, m.run_id,
           instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 1, 1)) - 1
           + 256 * (instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 2, 1)) - 1) AS column_,
           (instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 3, 1)) - 1
           + 256 * (instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 4, 1)) - 1)) / 65535.0
           AS confidence
    FROM example AS x, octets, current_model AS m
    JOIN belief_block AS v ON v.run_id = m.run_id AND v.model = m.model
     AND x.example_id >= v.start_id AND x.example_id < v.start_id + v.n)
  SELECT e.example_id, k.counts_as AS class_id, 1.0 AS confidence, 'correction' AS origin, e.run_id
  FROM active_event AS e JOIN class_now AS k USING (class_id)
  WHERE e.kind IN ('keep', 'relabel')
    AND e.event_id = (SELECT max(f.event_id) FROM active_event AS f
                      WHERE f.example_id = e.example_id AND f.kind IN ('keep', 'relabel'))
  UNION ALL
  SELECT example_id, class_id, confidence, 'annotation', run_id FROM annotation_consensus
  UNION ALL
  SELECT x.example_id, k.counts_as, 1.0, 'given', s.run_id
  FROM example AS x JOIN source AS s USING (source_id) JOIN class_now AS k ON k.class_id = x.given_class
  UNION ALL
  SELECT c.example_id, k.counts_as, round(c.confidence, 4), 'model', c.run_id
  FROM believed AS c LEFT JOIN belief_column AS p ON p.run_id = c.run_id AND p.position = c.column_
  JOIN class_now AS k ON k.class_id = coalesce(p.class_id, c.column_)
  WHERE c.column_ <> 65535 AND k.counts_as IS NOT NULL
    AND c.confidence >= (SELECT CAST(value AS REAL) FROM setting WHERE key = 'min_confidence'
                         ORDER BY setting_id DESC LIMIT 1) - 0.00001
  UNION ALL
  SELECT example_id, class_id, round(confidence, 4), 'default', run_id FROM default_label;
CREATE VIEW resolved_label AS
  -- The one label that an example has now, and where it comes from; none where the first that speaks
  -- names a class that is gone. A default class comes after all that speaks.
  WITH ranked AS (
    SELECT example_id, class_id, confidence, origin, run_id,
           row_number() OVER (
             PARTITION BY example_id
             ORDER BY origin = 'default',
                      instr((SELECT value FROM setting WHERE key = 'label_order'
                             ORDER BY setting_id DESC LIMIT 1), origin)) AS place
    FROM label_candidate)
  SELECT r.example_id, x.uid, k.name AS label, r.class_id, r.confidence, r.origin, r.run_id
  FROM ranked AS r JOIN example AS x USING (example_id) JOIN class_now AS k USING (class_id)
  WHERE r.place = 1;
COMMIT;
