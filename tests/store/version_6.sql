PRAGMA application_id = 1463963203;
PRAGMA user_version = 6;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'workbench','m0001_initial','2026-11-29 14:06:00.457992+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'workbench','m0002_acts','2026-11-29 14:06:00.463855+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'workbench','m0003_seals','2026-11-29 14:06:00.467188+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'workbench','m0004_consensus','2026-11-29 14:06:00.469032+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'workbench','m0005_mix','2026-11-29 14:06:00.469467+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'workbench','m0006_adjudication','2026-11-29 14:06:00.470859+00:00');
CREATE TABLE artifact (
  -- A document that a run made: a model's weights, a report.
  run_id INTEGER NOT NULL REFERENCES run,
  name TEXT NOT NULL,
  content TEXT NOT NULL,       -- JSON
  PRIMARY KEY (run_id, name)
) STRICT;
INSERT INTO "artifact" VALUES(5,'aggregate','{"run_id": 5, "reused": false, "chosen": "snorkel", "reason": "Snorkel''s fit is stable and in line with the votes.", "n_examples": 50, "n_fitted": 40, "n_functions": 5, "coverage": 0.88, "conflicts": 0.12, "labelled": 44, "ties": 0, "contradictions": 0, "class_balance": [0.5, 0.5], "scores": [{"model": "majority", "n": 10, "n_covered": 8, "coverage": 0.8, "accuracy": 1.0, "accuracy_low": 0.6755924351161198, "accuracy_high": 1.0, "macro_f1": 1.0, "accuracy_all": 0.9, "ece": 0.0}, {"model": "dawid-skene", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.20796551116221348}, {"model": "snorkel", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.11769581735941971}], "weights": [{"name": "brittle", "weight": 0.7, "coverage": 0.0, "covered_alone": 0.0, "labels_changed": 0.0, "accuracy_gain": 0.0, "n_judged": 0}, {"name": "calls", "weight": 0.9461302347481251, "coverage": 0.26, "covered_alone": 0.12, "labels_changed": 0.12, "accuracy_gain": 0.05, "n_judged": 3}, {"name": "meals", "weight": 1.0, "coverage": 0.26, "covered_alone": 0.0, "labels_changed": 0.0, "accuracy_gain": 0.0, "n_judged": 3}, {"name": "offers", "weight": 0.792087011039257, "coverage": 0.38, "covered_alone": 0.12, "labels_changed": 0.12, "accuracy_gain": 0.05, "n_judged": 4}, {"name": "polite", "weight": 0.8948010299354792, "coverage": 0.5, "covered_alone": 0.12, "labels_changed": 0.24, "accuracy_gain": -0.05, "n_judged": 5}], "disagreement": {"majority": 0.0, "dawid-skene": 0.0, "snorkel": 0.0}, "balance_from": "assumed uniform", "balance_sensitivity": 0.0, "n_annotated": 0, "temperature": null, "pairs": [], "warnings": ["dead: brittle never votes"]}');
INSERT INTO "artifact" VALUES(6,'train','{"run_id": 6, "reused": false, "chosen": "end", "n_rows": 40, "n_hard": 30, "n_soft": 10, "n_features": 758, "by_origin": {"correction": 0, "annotation": 0, "given": 30, "model": 10}, "scores": [{"model": "end", "n": 10, "n_covered": 10, "coverage": 1.0, "accuracy": 1.0, "accuracy_low": 0.7224672001371107, "accuracy_high": 0.9999999999999999, "macro_f1": 1.0, "accuracy_all": 1.0, "ece": 0.1288582975369269}, {"model": "dawid-skene", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.20796551969316274}, {"model": "majority", "n": 10, "n_covered": 8, "coverage": 0.8, "accuracy": 1.0, "accuracy_low": 0.6755924351161198, "accuracy_high": 1.0, "macro_f1": 1.0, "accuracy_all": 0.9, "ece": 0.0}, {"model": "snorkel", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.11769582165612118}], "words": [{"name": "ham", "words": ["947", "number 947", "327", "number 327", "137", "number 137", "757", "number 757"]}, {"name": "spam", "words": ["call", "free", "cash", "cash today", "today", "today number", "win", "win cash"]}], "n_annotated": 0, "sources": [], "held_out": [], "warnings": []}');
INSERT INTO "artifact" VALUES(8,'propose','{"run_id": 8, "strategy": "typicality", "seed": 0, "n_pool": 40, "believed_by": "end", "rows": [{"strategy": "typicality", "uncertainty": 0.2337634488940239, "rank": 8, "n_ranked": 40, "beliefs": [{"label": "spam", "probability": 0.8831}, {"label": "ham", "probability": 0.1169}], "stands_for": 15, "nearest": [], "conflict": []}, {"strategy": "typicality", "uncertainty": 0.056929249316453934, "rank": 40, "n_ranked": 40, "beliefs": [{"label": "ham", "probability": 0.9715}, {"label": "spam", "probability": 0.0285}], "stands_for": 14, "nearest": [], "conflict": []}, {"strategy": "typicality", "uncertainty": 0.22694052755832672, "rank": 13, "n_ranked": 40, "beliefs": [{"label": "spam", "probability": 0.8865}, {"label": "ham", "probability": 0.1135}], "stands_for": 5, "nearest": [], "conflict": []}, {"strategy": "random", "uncertainty": 0.06543098390102386, "rank": 26, "n_ranked": 40, "beliefs": [{"label": "ham", "probability": 0.9673}, {"label": "spam", "probability": 0.0327}], "stands_for": null, "nearest": [], "conflict": []}, {"strategy": "typicality", "uncertainty": 0.25077274441719055, "rank": 5, "n_ranked": 40, "beliefs": [{"label": "spam", "probability": 0.8746}, {"label": "ham", "probability": 0.1254}], "stands_for": 5, "nearest": [], "conflict": [{"lf": "offers", "label": "spam"}, {"lf": "polite", "label": "ham"}]}], "embedder": "tfidf", "label": null, "where": null, "shares": [{"strategy": "random", "n": 1, "why": "the unbiased yardstick"}, {"strategy": "typicality", "n": 4, "why": "fewer than 20 labels"}], "notes": []}');
INSERT INTO "artifact" VALUES(12,'consensus','{"run_id": 12, "n_rows": 7, "n_answers": 15, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7510937099911128}, {"name": "bo", "n_answers": 4, "accuracy": 0.6255485382199392}, {"name": "cy", "n_answers": 4, "accuracy": 0.7108542337678997}]}');
INSERT INTO "artifact" VALUES(14,'consensus','{"run_id": 14, "n_rows": 7, "n_answers": 15, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7510937099911128}, {"name": "bo", "n_answers": 4, "accuracy": 0.6255485382199392}, {"name": "cy", "n_answers": 4, "accuracy": 0.7108542337678997}]}');
INSERT INTO "artifact" VALUES(16,'consensus','{"run_id": 16, "n_rows": 7, "n_answers": 15, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7510937099911128}, {"name": "bo", "n_answers": 4, "accuracy": 0.6255485382199392}, {"name": "cy", "n_answers": 4, "accuracy": 0.7108542337678997}]}');
INSERT INTO "artifact" VALUES(19,'consensus','{"run_id": 19, "n_rows": 9, "n_answers": 17, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7048008726467979}, {"name": "bo", "n_answers": 6, "accuracy": 0.6631666159902848}, {"name": "cy", "n_answers": 4, "accuracy": 0.6727018394982328}]}');
INSERT INTO "artifact" VALUES(31,'consensus','{"run_id": 31, "n_rows": 9, "n_answers": 17, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7505986661542474}, {"name": "bo", "n_answers": 6, "accuracy": 0.5946520043949701}, {"name": "cy", "n_answers": 4, "accuracy": 0.7077025912924543}]}');
INSERT INTO "artifact" VALUES(32,'aggregate','{"run_id": 32, "reused": false, "chosen": "snorkel", "reason": "Snorkel''s fit is stable and in line with the votes.", "n_examples": 50, "n_fitted": 40, "n_functions": 5, "coverage": 0.88, "conflicts": 0.12, "labelled": 44, "ties": 0, "contradictions": 0, "class_balance": [0.5, 0.5], "scores": [{"model": "majority", "n": 10, "n_covered": 8, "coverage": 0.8, "accuracy": 1.0, "accuracy_low": 0.6755924351161198, "accuracy_high": 1.0, "macro_f1": 1.0, "accuracy_all": 0.9, "ece": 0.0}, {"model": "dawid-skene", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.20796551116221348}, {"model": "snorkel", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.11769581735941971}], "weights": [{"name": "brittle", "weight": 0.7, "coverage": 0.0, "covered_alone": 0.0, "labels_changed": 0.0, "accuracy_gain": 0.0, "n_judged": 0}, {"name": "calls", "weight": 0.9461302347481251, "coverage": 0.26, "covered_alone": 0.12, "labels_changed": 0.12, "accuracy_gain": 0.02631578947368421, "n_judged": 5}, {"name": "meals", "weight": 1.0, "coverage": 0.26, "covered_alone": 0.0, "labels_changed": 0.0, "accuracy_gain": 0.0, "n_judged": 9}, {"name": "offers", "weight": 0.792087011039257, "coverage": 0.38, "covered_alone": 0.12, "labels_changed": 0.12, "accuracy_gain": 0.05263157894736842, "n_judged": 7}, {"name": "polite", "weight": 0.8948010299354792, "coverage": 0.5, "covered_alone": 0.12, "labels_changed": 0.24, "accuracy_gain": -0.02631578947368421, "n_judged": 11}], "disagreement": {"majority": 0.0, "dawid-skene": 0.0, "snorkel": 0.0}, "balance_from": "assumed uniform", "balance_sensitivity": 0.0, "n_annotated": 9, "temperature": null, "pairs": [], "warnings": ["dead: brittle never votes"]}');
INSERT INTO "artifact" VALUES(33,'audit','{"run_id": 33, "reused": false, "n_rows": 40, "n_suspects": 8, "error_rate": 0.2, "suspects": [], "by_class": [{"group": "ham", "n": 23, "n_suspects": 1, "rate": 0.043478260869565216, "low": 0.007716666143453149, "high": 0.2099115507025887, "ratio": 0.10559006211180125, "q_value": 0.0061324482377114135, "stands_out": false}, {"group": "spam", "n": 17, "n_suspects": 7, "rate": 0.4117647058823529, "low": 0.2161105679021482, "high": 0.639945573570002, "ratio": 9.470588235294118, "q_value": 0.0061324482377114135, "stands_out": true}], "by": null, "by_group": [], "functions": [{"name": "offers", "version": "1f6952f0b2ffc69582efe0319ff935b0", "n_votes": 12, "n_pushed": 6, "n_warned": 1, "rate": 0.5, "low": 0.2537815976337061, "high": 0.7462184023662939, "q_value": 0.01417081397099035, "is_blamed": true, "uids": ["r5", "r21", "r11", "r37", "r29"]}], "noise": {"p_value": 1.0, "depends_on_text": false, "n_errors": 14, "excess_links": 0.0, "n_slice": 0, "words": []}, "outliers": [], "n_outliers": 0, "ambiguous": [{"uid": "r1", "score": 0.8799999999999999, "label": "spam", "text": "free prize call now number 919"}, {"uid": "r4", "score": 0.8799999999999999, "label": "ham", "text": "thanks for dinner number 676"}, {"uid": "r9", "score": 0.8799999999999999, "label": "spam", "text": "free prize call now number 271"}, {"uid": "r12", "score": 0.8799999999999999, "label": "ham", "text": "thanks for dinner number 28"}, {"uid": "r20", "score": 0.8799999999999999, "label": "ham", "text": "thanks for dinner number 380"}, {"uid": "r28", "score": 0.8799999999999999, "label": "ham", "text": "thanks for dinner number 732"}, {"uid": "r36", "score": 0.8799999999999999, "label": "ham", "text": "thanks for dinner number 84"}, {"uid": "r11", "score": 0.8723715474345743, "label": "spam", "text": "win cash today number 109"}], "n_ambiguous": 8, "pairs": [{"first": "ham", "second": "spam", "share": 0.4}], "n_controls": 20, "n_evaluation": 10, "evaluation_suspects": [], "warnings": []}');
INSERT INTO "artifact" VALUES(34,'diagnose','{"run_id": 34, "n_examples": 50, "by_role": {"train": 40, "production": 0, "evaluation": 10}, "n_labelled": 40, "lenses": [{"name": "duplicates", "verdict": "severe", "finding": "42 of 50 rows (84.0 %) repeat another: 0 exactly, 42 nearly; 10 evaluation and 0 production rows repeat training rows; 5 clusters of repeats hold two labels", "advice": "leave out training rows that evaluation rows repeat: scores on these flatter", "command": "workbench export FILE --without-repeats", "figure": "84.0 % repeat", "interval": "", "evidence": [{"name": "repeats", "title": "rows to leave out: all but one of a cluster", "n": 40, "uids": ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31", "r32", "r33", "r34", "r35", "r36", "r37", "r38", "r39"]}, {"name": "leaked-evaluation", "title": "evaluation rows that repeat training rows", "n": 10, "uids": ["r40", "r41", "r42", "r43", "r44", "r45", "r46", "r47", "r48", "r49"]}, {"name": "conflicting", "title": "rows of clusters that hold two labels", "n": 32, "uids": ["r0", "r8", "r16", "r24", "r32", "r40", "r48", "r1", "r9", "r17", "r25", "r33", "r41", "r49", "r3", "r11", "r19", "r27", "r35", "r43", "r5", "r13", "r21", "r29", "r37", "r45", "r7", "r15", "r23", "r31", "r39", "r47"]}], "parts": [{"name": "repeats", "verdict": "severe", "finding": "42 of 50 rows (84.0 %) repeat another: 0 exactly, 42 nearly", "advice": "let each text go out once: a repeated one counts twice, and may straddle a split", "command": "workbench export FILE --without-repeats", "figure": "84.0 % repeat", "interval": "", "evidence": [{"name": "repeats", "title": "rows to leave out: all but one of a cluster", "n": 40, "uids": ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31", "r32", "r33", "r34", "r35", "r36", "r37", "r38", "r39"]}], "parts": []}, {"name": "leakage", "verdict": "severe", "finding": "10 evaluation and 0 production rows repeat training rows", "advice": "leave out training rows that evaluation rows repeat: scores on these flatter", "command": "workbench export FILE --without-repeats", "figure": "10 rows", "interval": "", "evidence": [{"name": "leaked-evaluation", "title": "evaluation rows that repeat training rows", "n": 10, "uids": ["r40", "r41", "r42", "r43", "r44", "r45", "r46", "r47", "r48", "r49"]}], "parts": []}, {"name": "conflicting labels", "verdict": "mild", "finding": "5 clusters of repeats hold two labels", "advice": "look at the repeats that hold two labels: each hides a wrong one", "command": "", "figure": "5 clusters", "interval": "", "evidence": [{"name": "conflicting", "title": "rows of clusters that hold two labels", "n": 32, "uids": ["r0", "r8", "r16", "r24", "r32", "r40", "r48", "r1", "r9", "r17", "r25", "r33", "r41", "r49", "r3", "r11", "r19", "r27", "r35", "r43", "r5", "r13", "r21", "r29", "r37", "r45", "r7", "r15", "r23", "r31", "r39", "r47"]}], "parts": []}]}, {"name": "class imbalance", "verdict": "none", "finding": "spam has 17 rows (42.5 %), 1 to 1; as uncertain as 2.0 equal classes of 2; out-of-fold accuracy 57.5 % (always the largest class: 57.5 %), macro-F1 0.37", "advice": "nothing to do", "command": "", "figure": "1 to 1", "interval": "macro-F1 0.37 [0.30, 0.42]", "evidence": [{"name": "missed", "title": "rows of spam predicted as another class", "n": 17, "uids": ["r1", "r5", "r7", "r8", "r9", "r11", "r15", "r17", "r19", "r21", "r25", "r27", "r29", "r31", "r35", "r37", "r39"]}, {"name": "rarest", "title": "rows of spam", "n": 17, "uids": ["r1", "r5", "r7", "r8", "r9", "r11", "r15", "r17", "r19", "r21", "r25", "r27", "r29", "r31", "r35", "r37", "r39"]}], "parts": []}, {"name": "label noise", "verdict": "severe", "finding": "8 of 40 labels are doubted (20.0 %); most in spam: 41.2 %", "advice": "compare the vendors (workbench audit --by vendor), then review the suspects", "command": "workbench review", "figure": "20.0 % doubted", "interval": "spam [21.6, 64.0]", "evidence": [{"name": "suspects", "title": "labels that the audit doubts", "n": 8, "uids": ["r33", "r8", "r5", "r21", "r11", "r37", "r29", "r27"]}], "parts": []}, {"name": "distribution shift", "verdict": "cannot tell", "finding": "there are no production rows", "advice": "import rows that the model shall meet, as production", "command": "workbench import FILE --role production", "figure": "", "interval": "", "evidence": [], "parts": [{"name": "covariate shift", "verdict": "cannot tell", "finding": "there are no production rows", "advice": "import rows that the model shall meet, as production", "command": "workbench import FILE --role production", "figure": "", "interval": "", "evidence": [], "parts": []}, {"name": "label shift", "verdict": "cannot tell", "finding": "class shares: there are no production rows", "advice": "label some training rows in two classes, and import production rows", "command": "", "figure": "", "interval": "", "evidence": [], "parts": []}, {"name": "concept shift", "verdict": "cannot tell", "finding": "meaning: there are no production rows", "advice": "import rows that the model shall meet, as production", "command": "workbench import FILE --role production", "figure": "", "interval": "", "evidence": [], "parts": []}, {"name": "drift in time", "verdict": "none", "finding": "time: 2 windows by day are alike (p = 1.000)", "advice": "nothing to do", "command": "workbench propose -n 50", "figure": "AUC 0.21", "interval": "by chance up to 0.71", "evidence": [], "parts": []}]}], "classes": [{"name": "ham", "n": 23, "share": 0.575, "precision": 0.575, "precision_low": 0.4219506854199109, "precision_high": 0.7149060744004962, "recall": 1.0, "recall_low": 0.8568833815495732, "recall_high": 1.0, "f1": 0.7301587301587301, "f1_low": 0.5964912280701754, "f1_high": 0.8405797101449275}, {"name": "spam", "n": 17, "share": 0.425, "precision": 0.0, "precision_low": 0.0, "precision_high": 1.0, "recall": 0.0, "recall_low": 0.0, "recall_high": 0.18431813500885177, "f1": 0.0, "f1_low": 0.0, "f1_high": 0.0}], "imbalance": {"ratio": 1.3529411764705883, "effective": 1.97754189985451, "accuracy": 0.575, "balanced_accuracy": 0.5, "macro_f1": 0.36507936507936506, "majority_baseline": 0.575, "accuracy_low": 0.4219506854199109, "accuracy_high": 0.7149060744004962, "balanced_accuracy_low": 0.5, "balanced_accuracy_high": 0.5, "macro_f1_low": 0.2982456140350877, "macro_f1_high": 0.42028985507246375, "n_scored": 40}, "shift": null, "duplicates": {"n_rows": 42, "n_exact": 0, "n_near": 42, "n_clusters": 8, "leaking_clusters": 8, "leaked_evaluation_rows": 10, "conflicting_clusters": 5, "leaked_production_rows": 0, "n_semantic": null, "inflation": null}, "audit_run_id": 33, "at": "2026-11-29T14:06:01.908208+00:00", "steps": [{"lens": "duplicates", "what": "leave out training rows that evaluation rows repeat: scores on these flatter", "why": "duplicates before diversity: repeated rows fill a batch, and leaked ones flatter every score that you would judge the other steps by", "command": "workbench export FILE --without-repeats"}, {"lens": "label noise", "what": "compare the vendors (workbench audit --by vendor), then review the suspects", "why": "noise before a bigger model: it would learn the wrong labels better", "command": "workbench review"}, {"lens": "distribution shift", "what": "import rows that the model shall meet, as production", "why": "cannot tell yet: there are no production rows", "command": "workbench import FILE --role production"}], "predictions": [{"kind": "noise-recall", "subject": "spam", "claim": "no class has a lower recall than spam", "because": "the audit doubts 41.2 % of its labels and 4.3 % of the others", "low": 0, "high": 1, "made_by_run": 34, "outcome": "held", "observed": "recall of spam is 0.0 %, the lowest", "n": 40}, {"kind": "clean-score", "subject": "evaluation", "claim": "accuracy on evaluation rows is lower without those that repeat training rows", "because": "10 evaluation rows repeat training rows", "low": 0, "high": 1, "made_by_run": 34, "outcome": "not yet checkable", "observed": "no model could be scored on the evaluation rows", "n": 0}], "confusion": [[23, 0], [17, 0]], "confused": [{"true": "spam", "predicted": "ham", "n": 17, "share": 1.0, "low": 0.8156818649911483, "high": 1.0, "uids": ["r1", "r5", "r7", "r8", "r9", "r11", "r15", "r17", "r19", "r21", "r25", "r27", "r29", "r31", "r35", "r37", "r39"]}], "slices": [{"column": "vendor", "value": "good", "n": 32, "class_counts": [19, 13], "accuracy": 0.59375, "accuracy_low": 0.4226002487538287, "accuracy_high": 0.7448036515733456, "macro_f1": 0.37254901960784315, "difference": 0.09375, "adjusted_p": 1.0}, {"column": "vendor", "value": "bad", "n": 8, "class_counts": [4, 4], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-01", "n": 2, "class_counts": [2, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-02", "n": 2, "class_counts": [0, 2], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-03", "n": 2, "class_counts": [2, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-04", "n": 2, "class_counts": [1, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-05", "n": 2, "class_counts": [2, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-06", "n": 2, "class_counts": [1, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-07", "n": 2, "class_counts": [2, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-08", "n": 2, "class_counts": [0, 2], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-09", "n": 2, "class_counts": [1, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-10", "n": 2, "class_counts": [0, 2], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-11", "n": 2, "class_counts": [2, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-12", "n": 2, "class_counts": [0, 2], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-13", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-14", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-15", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-16", "n": 1, "class_counts": [0, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-17", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-18", "n": 1, "class_counts": [0, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-19", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-20", "n": 1, "class_counts": [0, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-21", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-22", "n": 1, "class_counts": [0, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-23", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-24", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-25", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-26", "n": 1, "class_counts": [0, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-27", "n": 1, "class_counts": [1, 0], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}, {"column": "day", "value": "2026-01-28", "n": 1, "class_counts": [0, 1], "accuracy": null, "accuracy_low": null, "accuracy_high": null, "macro_f1": null, "difference": null, "adjusted_p": null}], "noise": [{"column": "class", "group": "ham", "n": 23, "n_suspects": 1, "rate": 0.043478260869565216, "low": 0.007716666143453149, "high": 0.2099115507025887, "q_value": null, "stands_out": false}, {"column": "class", "group": "spam", "n": 17, "n_suspects": 7, "rate": 0.4117647058823529, "low": 0.2161105679021482, "high": 0.639945573570002, "q_value": null, "stands_out": false}, {"column": "vendor", "group": "bad", "n": 8, "n_suspects": 2, "rate": 0.25, "low": 0.07147921275210906, "high": 0.5907245696898311, "q_value": 0.9999999999999986, "stands_out": false}, {"column": "vendor", "group": "good", "n": 32, "n_suspects": 6, "rate": 0.1875, "low": 0.08889544689565956, "high": 0.3530915520137595, "q_value": 0.9999999999999986, "stands_out": false}], "label_shift": null, "concept_shift": null, "drift": {"column": "day", "windows": [{"start": "2026-01-01T00:00", "end": "2026-01-10T00:00", "n": 20, "auc": 0.5, "null_high": 0.5, "adjusted_p": 1.0, "class_shares": [0.55, 0.45]}, {"start": "2026-01-11T00:00", "end": "2026-01-28T00:00", "n": 20, "auc": 0.2125, "null_high": 0.7066250000000001, "adjusted_p": 1.0, "class_shares": [0.6, 0.4]}], "p_value": 1.0, "first_changed": null, "n_undated": 0}, "shortcuts": []}');
INSERT INTO "artifact" VALUES(35,'split','{"run_id": 35, "n_rows": 40, "n_clusters": 8, "n_repeated": 32, "leaked_evaluation": 30, "parts": [{"name": "train", "n": 30, "share": 0.75, "wanted_share": 0.8, "class_counts": {"ham": 17, "spam": 13}, "n_unlabelled": 0}, {"name": "validation", "n": 5, "share": 0.125, "wanted_share": 0.1, "class_counts": {"ham": 1, "spam": 4}, "n_unlabelled": 0}, {"name": "test", "n": 5, "share": 0.125, "wanted_share": 0.1, "class_counts": {"ham": 5, "spam": 0}, "n_unlabelled": 0}], "notice": null}');
INSERT INTO "artifact" VALUES(35,'split_rows','{"parts": ["train", "validation", "test"], "rows": "0000002100000021000000210000002100000021----------"}');
INSERT INTO "artifact" VALUES(37,'consensus','{"run_id": 37, "n_rows": 9, "n_answers": 17, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7505986661542474}, {"name": "bo", "n_answers": 6, "accuracy": 0.5946520043949701}, {"name": "cy", "n_answers": 4, "accuracy": 0.7077025912924543}]}');
INSERT INTO "artifact" VALUES(40,'consensus','{"run_id": 40, "n_rows": 9, "n_answers": 17, "n_undecided": 0, "annotators": [{"name": "ana", "n_answers": 7, "accuracy": 0.7505986661542474}, {"name": "bo", "n_answers": 6, "accuracy": 0.5946520043949701}, {"name": "cy", "n_answers": 4, "accuracy": 0.7077025912924543}]}');
INSERT INTO "artifact" VALUES(41,'train','{"run_id": 41, "reused": false, "chosen": "end", "n_rows": 40, "n_hard": 36, "n_soft": 4, "n_features": 758, "by_origin": {"correction": 4, "annotation": 9, "given": 23, "model": 4}, "scores": [{"model": "end", "n": 10, "n_covered": 10, "coverage": 1.0, "accuracy": 1.0, "accuracy_low": 0.7224672001371107, "accuracy_high": 0.9999999999999999, "macro_f1": 1.0, "accuracy_all": 1.0, "ece": 0.11496143416093177}, {"model": "dawid-skene", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.2079655135572496}, {"model": "majority", "n": 10, "n_covered": 8, "coverage": 0.8, "accuracy": 1.0, "accuracy_low": 0.6755924351161198, "accuracy_high": 1.0, "macro_f1": 1.0, "accuracy_all": 0.9, "ece": 0.0}, {"model": "snorkel", "n": 10, "n_covered": 9, "coverage": 0.9, "accuracy": 0.8888888888888888, "accuracy_low": 0.565000294423344, "accuracy_high": 0.980109112361455, "macro_f1": 0.8888888888888888, "accuracy_all": 0.85, "ece": 0.11769581673740152}, {"model": "annotations alone", "n": 10, "n_covered": 10, "coverage": 1.0, "accuracy": 0.8, "accuracy_low": 0.4901624715366417, "accuracy_high": 0.9433178485456246, "macro_f1": 0.7916666666666667, "accuracy_all": 0.8, "ece": 0.29815443506644884}], "words": [{"name": "ham", "words": ["137", "number 137", "947", "number 947", "dinner", "dinner number", "for", "for dinner"]}, {"name": "spam", "words": ["190", "number 190", "352", "number 352", "cash", "cash today", "today", "today number"]}], "n_annotated": 9, "sources": [], "held_out": [], "warnings": []}');
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
INSERT INTO "belief_block" VALUES(6,'end',1,50,2,X'1852783FF7BCF53C869FE03D0FEC633F34F3773FC5CC003D2FA2383FA1BB8E3EC5D7763FB683123D68FAED3DB340623F88EB773F8147013DF3A8E63DE22A633F6005783FF453FF3C07B3E33D9F89633FAEF4773F24B5003DBBC9EC3DC966623FC52E773FB0130D3D66A9303F35AD9E3E47EB773F894B013D4187F43D186F613FA416783F7B2BFD3C80E1D63DD023653FBF02783F1EA8FF3CB269E43DCA72633F2D81773F2DED073DC3D0EA3DE8A5623F97E5773F8DA6013DAB1A343FAACA973E4FFF773F0C0B003D0378EA3D00B1623FA545783F514BF73CCB2EF33D279A613F7515783F6251FD3CCA1DE63D473C633F8BB6783FAA2EE93CB949E83DC9F6623FAC32773F42D50C3DA28D333FBBE4983EF59F773FAC00063D1A63E83D9DF3623FADAD763F2825153D4A65003EAEE65F3FA029783F03CCFA3CAF5FEF3D0A14623F5F52763F13DA1A3D2189433EB81D4F3F84E0753FC2F7213D901A8F3EB872383F9E96733F2296463D17BC5B3EFA10493FC8B0763F82F3143D54A0593EEB97493FB6D7753FA484223D99AF413E1A944F3F',X'000051F80100EBE30000F2F70000A1B80000D7F6010040E20000EBF701002AE3000004F8010089E30000F4F7010066E200002EF70000A9B00000EAF701006EE1000016F8010023E5000002F8010072E3000080F70100A5E20000E5F700001AB40000FEF70100B0E2000045F8010099E1000014F801003BE30000B6F80100F6E2000032F700008DB300009FF70100F3E20000ADF60100E6DF000029F8010013E2000051F601001DCF0000E0F5010072B8000096F3010010C90000B0F6010097C90000D7F5010093CF');
INSERT INTO "belief_block" VALUES(32,'majority',1,50,2,X'0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F0000803F00000000000000000000803F0000803F000000000000003F0000003F0000003F0000003F000000000000803F0000803F00000000000000000000803F',X'0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF0000FFFF0100FFFF0000FFFFFFFF0080FFFF00800100FFFF0000FFFF0100FFFF');
INSERT INTO "belief_block" VALUES(32,'dawid-skene',1,50,2,X'FB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F04ED373FF725903E0675973E7D45343FFB5B663F2420CD3DB472043F991AF73E0000003F0000003FFAD5763E824A423FFB5B663F2420CD3D3B15F13D59DD613F',X'00005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE10000ECB7010045B400005BE600007284FFFF008001004AC200005BE60100DCE1');
INSERT INTO "belief_block" VALUES(32,'snorkel',1,50,2,X'F8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3FF33E613F6508F63D4573633E2F23473FF8647F3FAE071B3B39302D3F8D9FA53E0000003F0000003F252BAD3CA7967A3FF8647F3FAE071B3B77D2C83B5B6E7E3F',X'000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE00003EE1010022C7000064FF000030ADFFFF0080010096FA000064FF01006DFE');
INSERT INTO "belief_block" VALUES(33,'out-of-fold',1,50,2,X'604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E604C0F3F4067E13E',X'00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8F00004C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8FFFFF4C8F');
INSERT INTO "belief_block" VALUES(41,'end',1,50,2,X'8683633FCEE3E33D573D1F3D2B0C763FE44A643FE1A8DD3DA66C4C3D3639733F9FBD743F0C26343DEE56DD3D2255643F1EB4753F27BE243DFEAED43D206A653F7AA6A03EC3AC2F3F711E213D19EE753F7C9DAF3E4231283FE82D2E3D221D753F9068753FF976293DE4C6293F3972AC3E5BCC753F4F3A233D3600D83DF9FF643F8AE5663FB0D3C83DD1D01F3DF302763F28B1623FBF76EA3D2A06313D9DEF743F5C96733F409A463DBF80D93DE8CF643F7CA5753F3CA8253D63DF2B3F3A41A83E7BB0663F277CCA3D2E322A3DDD5C753F7E2D653F0F94D63D5EDD433D2AC2733FA3E7733FD785413DF84ED63D2136653F7457753FBF882A3DA4E3D83D8CE3643FC849663FBFB1CD3D26432F3DCE0B753FC69E633FD409E33DBC1F293D046E753F1DFB743F2D4E303DE0E5DA3D44A3643FDC4E753F43122B3D301BDF3D9A1C643F12844F3FB8EF413EDB48513D72EB723F9CE74D3F9161483E2BEA8C3DBB626E3FAB51703F53E57A3D81CB0F3E200D5C3F1C04733F46BE4F3DC8321D3E4EB3583FC2C34D3FF7F0483E180F2E3D0F1F753F',X'000083E301000BF600004AE4010038F30000BDF4010054E40000B3F5010069E50100ACAF0100EDF5010031A801001CF5000068F50000C6A90000CBF50100FFE40000E5E6010002F60000B0E20100EFF4000095F30100CFE40000A5F50000DFAB0000B0E601005CF500002DE50100C1F30000E7F3010035E5000056F50100E3E4000049E601000BF500009EE301006DF50000FAF40100A2E400004EF501001CE4000083CF0100EAF20000E7CD010062EE000051F001000CDC000003F30100B2D80000C3CD01001EF5');
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
INSERT INTO "event" VALUES(1,'2026-11-29T14:06:00.593879+00:00','ana','publish',4,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'5CE617B7702ED02D826B0CB58F39FA4DA5A75419FFD73A3BC0C20C084096B386');
INSERT INTO "event" VALUES(2,'2026-11-29T14:06:01.372024+00:00','ana','guideline',7,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,X'8178ABBFFE659DE62F266B13C9CBDEAA1363265876F651373549048E7E7F4EAC');
INSERT INTO "event" VALUES(3,'2026-11-29T14:06:01.548716+00:00','ana','label',9,1,0,1.5,NULL,1,NULL,NULL,NULL,NULL,X'15ABB4034F7CBAB86D5B948596C719269BF819910269F2E0CDB03264169535EC');
INSERT INTO "event" VALUES(4,'2026-11-29T14:06:01.549378+00:00','ana','label',9,5,0,1.5,NULL,1,NULL,NULL,NULL,NULL,X'6A1095E69DC81581AA5867106812AA58C0B899070B629C9310D7204109FCAAE0');
INSERT INTO "event" VALUES(5,'2026-11-29T14:06:01.549826+00:00','ana','label',9,9,1,1.5,NULL,1,NULL,NULL,NULL,NULL,X'EB40F78DEF72E715B698E7023B0B843AF795BB50044A4F82CCAF6C01F06DD75E');
INSERT INTO "event" VALUES(6,'2026-11-29T14:06:01.550272+00:00','ana','label',9,13,0,1.5,NULL,1,NULL,NULL,NULL,NULL,X'2FB42B31D0A55D4B4C34585EE9C13C480A143AB27D8C788C02838F9A1AEA6AD9');
INSERT INTO "event" VALUES(7,'2026-11-29T14:06:01.550708+00:00','ana','label',9,17,0,1.5,NULL,1,NULL,NULL,NULL,NULL,X'1D522AC1294AAE8AEE4A1E278D6CF0CDED1CF3A0C057BD09EF98174D1EA5AD63');
INSERT INTO "event" VALUES(8,'2026-11-29T14:06:01.551134+00:00','ana','label',9,21,0,1.5,NULL,1,NULL,NULL,NULL,NULL,X'A61B70B5EA2870675AC63C25D1AC29271FDE9A8F640510DE257A292E5776CAC4');
INSERT INTO "event" VALUES(9,'2026-11-29T14:06:01.551543+00:00','ana','label',9,2,1,1.5,NULL,1,NULL,NULL,NULL,NULL,X'662DBE871A26F5975D7EDE569104AC22A5F0F759AF4A4D410CC0D5D663FA99CE');
INSERT INTO "event" VALUES(10,'2026-11-29T14:06:01.551974+00:00','ana','label',9,22,1,1.5,NULL,1,NULL,NULL,NULL,NULL,X'88265D106D897FEB1D91FC28EE5546089112E96DF1444E475F52A0AECF3077B0');
INSERT INTO "event" VALUES(11,'2026-11-29T14:06:01.552562+00:00','ana','undo',9,22,NULL,NULL,NULL,NULL,NULL,10,NULL,NULL,X'0442FF872002BDE019F4D00F626BABB72CD3B71FE977F8771454CB2970FB08F1');
INSERT INTO "event" VALUES(12,'2026-11-29T14:06:01.553123+00:00','ana','undo',9,2,NULL,NULL,NULL,NULL,NULL,9,NULL,NULL,X'4B8AC5C0D6FB774FA2ACE2B45E1E2D1C5EF5CA1607B463B34CB889986A81AD63');
INSERT INTO "event" VALUES(13,'2026-11-29T14:06:01.553751+00:00','ana','redo',9,2,NULL,NULL,NULL,NULL,NULL,9,NULL,NULL,X'FAAF40C96341FE382016A36F9C9D415CAF09D6ACDF7F4311727B1CC913D9275D');
INSERT INTO "event" VALUES(14,'2026-11-29T14:06:01.554195+00:00','ana','skip',9,25,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,X'36916001B150B69AAACD052ED187C108B58C89FD79C3813D83AE5DBFA6128E28');
INSERT INTO "event" VALUES(15,'2026-11-29T14:06:01.554728+00:00','ana','flag',9,29,NULL,NULL,NULL,1,'both',NULL,NULL,NULL,X'B1CA5EB916FB9385776DF39F0A62E297A3DE0FA3F65B2E0A215DD1D18CD42E4D');
INSERT INTO "event" VALUES(16,'2026-11-29T14:06:01.555860+00:00','bo','label',10,5,1,NULL,NULL,1,'sure',NULL,NULL,NULL,X'43F7FF238DCAD58372F52E0273F50BFC438D61FD949FC00D7BDFD6E0A9E0BD7B');
INSERT INTO "event" VALUES(17,'2026-11-29T14:06:01.556289+00:00','bo','label',10,1,0,NULL,NULL,1,NULL,NULL,NULL,NULL,X'73F075369C36BDDFFE0259478AAF1BBED05347857D7417ABEE5E8749EEFC2D30');
INSERT INTO "event" VALUES(18,'2026-11-29T14:06:01.556712+00:00','bo','label',10,13,0,NULL,NULL,1,NULL,NULL,NULL,NULL,X'A568F5B94F45BF8D2D43CF203D8F3F6D5A2634ABEB7E231F63C73725927DC2D0');
INSERT INTO "event" VALUES(19,'2026-11-29T14:06:01.557137+00:00','bo','label',10,17,1,NULL,NULL,1,NULL,NULL,NULL,NULL,X'33447B4650F5040A8A7CB560B1FD78608B47EB6BD6F7591C5EEA97F2BF243A65');
INSERT INTO "event" VALUES(20,'2026-11-29T14:06:01.557532+00:00','bo','skip',10,7,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,X'F1901856C437D420E6B5617C1678203A39A5BA74ED1CD2E8AFA59C5660829A4A');
INSERT INTO "event" VALUES(21,'2026-11-29T14:06:01.557920+00:00','bo','flag',10,8,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,X'4FBDC950272694E8A7214BE172747472D90E17AE5A6AD4D66ABCE91ECEF28060');
INSERT INTO "event" VALUES(22,'2026-11-29T14:06:01.558942+00:00','cy','label',11,5,0,NULL,NULL,1,NULL,NULL,NULL,NULL,X'6944A951F9D79DBBE5855FE20133C01677205077EDFB3E76A6CBF9865667E485');
INSERT INTO "event" VALUES(23,'2026-11-29T14:06:01.559382+00:00','cy','label',11,13,1,NULL,NULL,1,NULL,NULL,NULL,NULL,X'E930EE6241D59E8D0A48E620111FAD8D0392E8EA1EEF225351927DC4C94E4A91');
INSERT INTO "event" VALUES(24,'2026-11-29T14:06:01.559792+00:00','cy','label',11,17,0,NULL,NULL,1,NULL,NULL,NULL,NULL,X'6C67D8D2E2E720B92FF74EEB90F07D3924D0416040DF67D44C0E702DDD5DE529');
INSERT INTO "event" VALUES(25,'2026-11-29T14:06:01.560214+00:00','cy','label',11,21,0,NULL,NULL,1,NULL,NULL,NULL,NULL,X'ADD68691DECD345CC832079B2185F1BFA41A7035AB7021444E543637EEE4904D');
INSERT INTO "event" VALUES(26,'2026-11-29T14:06:01.578316+00:00','bo','adjudicate',13,17,0,NULL,NULL,1,'settled',NULL,NULL,NULL,X'7317F2731866D5CC2085A0A23813218F9B437FDC53D52F8C9F976A0242B17932');
INSERT INTO "event" VALUES(27,'2026-11-29T14:06:01.583416+00:00','cy','adjudicate',15,13,0,NULL,NULL,1,NULL,NULL,NULL,NULL,X'C6AAC13C86CFC5213796D2AB6FA258284EEBB7FF9017DAA1C18E2036E089675B');
INSERT INTO "event" VALUES(28,'2026-11-29T14:06:01.584144+00:00','cy','undo',15,13,NULL,NULL,NULL,NULL,NULL,27,NULL,NULL,X'4DFC6BFDDFB5098DE9802C13A2BD6DB3A4BD34DDF1E4D54BCA0C309520E9AB5B');
INSERT INTO "event" VALUES(29,'2026-11-29T14:06:01.584884+00:00','cy','redo',15,13,NULL,NULL,NULL,NULL,NULL,27,NULL,NULL,X'D623E030F3261434EAB6BA0AAEF7B215850F678B6271F82B4015C23476CF251B');
INSERT INTO "event" VALUES(30,'2026-11-29T14:06:01.589699+00:00','bo','class-add',17,NULL,2,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'73D99639CF5AA381D972E2A3AD3AB565551C2DE98F2514CE304DAA59AF04FBD5');
INSERT INTO "event" VALUES(31,'2026-11-29T14:06:01.591851+00:00','bo','label',18,10,2,NULL,NULL,1,NULL,NULL,NULL,NULL,X'ED46DEFC949BD11525A70FEAC7522A26F2FE48E3F3094CFE8FB9E8D41B193FC4');
INSERT INTO "event" VALUES(32,'2026-11-29T14:06:01.592371+00:00','bo','label',18,12,2,NULL,NULL,1,NULL,NULL,NULL,NULL,X'7544CD51F5A5CA22BEBB32717C0D974D151EA87EE173A138222B0605D6CD31E9');
INSERT INTO "event" VALUES(33,'2026-11-29T14:06:01.597138+00:00','bo','class-rename',20,NULL,2,NULL,NULL,NULL,NULL,NULL,NULL,'{"name": "advert"}',X'6D8FEDD01A65D393D3C0A964C72153099E0FE27093C3EDCD475DD3B68DF1ED0E');
INSERT INTO "event" VALUES(34,'2026-11-29T14:06:01.599316+00:00','bo','undo',21,NULL,NULL,NULL,NULL,NULL,NULL,33,NULL,NULL,X'B7982A500CB3902DD9BC75C43BF21CBE5E14C6C5B43761094CE88FC65F954BDE');
INSERT INTO "event" VALUES(35,'2026-11-29T14:06:01.601646+00:00','bo','redo',22,NULL,NULL,NULL,NULL,NULL,NULL,33,NULL,NULL,X'41B716BB2C7B1E11FA6AF4C7E5BCA780001439DBF191D7B0B8331E4794FF174A');
INSERT INTO "event" VALUES(36,'2026-11-29T14:06:01.603551+00:00','bo','class-merge',23,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,'{"classes": [2]}',X'C452D568CD302D4672AED6B3569C1FD9BEB816318F1EDCAA962BF15CAA6CF185');
INSERT INTO "event" VALUES(37,'2026-11-29T14:06:01.605511+00:00','bo','class-split',24,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,'{"into": [3, 4]}',X'048F9BAA1A6563BEDA49FEE8456C1F9307EC32D2B9CC1CFB0499E694128E5915');
INSERT INTO "event" VALUES(38,'2026-11-29T14:06:01.607505+00:00','bo','undo',25,NULL,NULL,NULL,NULL,NULL,NULL,37,NULL,NULL,X'5BF9629A8559B8B1D83466C6F8818EE1F1DD4391569F5668624667310615F0A4');
INSERT INTO "event" VALUES(39,'2026-11-29T14:06:01.609405+00:00','bo','class-add',26,NULL,5,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'B73502C6D9A0960B98A451225A0213D11A3EF00327FDDBE5F8D2333589C890D6');
INSERT INTO "event" VALUES(40,'2026-11-29T14:06:01.611370+00:00','bo','class-retire',27,NULL,5,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'D410A151DD0988EF56326E162B34A8D5F723B8742A6E6B7868A78063C9689208');
INSERT INTO "event" VALUES(41,'2026-11-29T14:06:01.613496+00:00','bo','guideline',28,NULL,NULL,NULL,NULL,2,NULL,NULL,NULL,NULL,X'7DC36D33D9E96999300EE403480149067AA48D6F679EA47CC7E8C96170854611');
INSERT INTO "event" VALUES(42,'2026-11-29T14:06:01.614923+00:00','bo','guideline',29,NULL,NULL,NULL,NULL,3,NULL,NULL,NULL,NULL,X'546F2F456E5D1AC6F839AFB91793BA6732DC30F7C645EBE46E5156D6F782439E');
INSERT INTO "event" VALUES(43,'2026-11-29T14:06:01.616328+00:00','bo','undo',30,NULL,NULL,NULL,NULL,NULL,NULL,42,NULL,NULL,X'3A1F9B0C1B3DEB992F4108054FAB8EDD0F2039F1A390D380CBDCF1FFEF75295B');
INSERT INTO "event" VALUES(44,'2026-11-29T14:06:01.931927+00:00','bo','relabel',36,34,1,NULL,33,2,NULL,NULL,NULL,NULL,X'D15043EA358F90FB98872488844B6196FC5F49F038A9EC8591B873FA8181C043');
INSERT INTO "event" VALUES(45,'2026-11-29T14:06:01.932629+00:00','bo','relabel',36,11,1,NULL,33,2,NULL,NULL,NULL,NULL,X'BC265814AEB1A55C9A149EBDC837C730C0195B9A946F42739B4EA1076C5A2000');
INSERT INTO "event" VALUES(46,'2026-11-29T14:06:01.941442+00:00','ana','relabel',39,4,1,NULL,NULL,2,NULL,NULL,NULL,NULL,X'8C14310A4D7B946E8F32D7AD09051D4F9BBDF8203D5D0C5C11D9C5DB37E04E78');
INSERT INTO "event" VALUES(47,'2026-11-29T14:06:01.941972+00:00','ana','keep',39,6,1,NULL,NULL,2,NULL,NULL,NULL,NULL,X'8D7A13B13886BDE4D1A9FDC8A377BDF51B86749F36D9D8F16F0C0DCAA87A002D');
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
INSERT INTO "example_text" VALUES(40,'urgent call this number number 841');
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
INSERT INTO "guideline" VALUES(1,'2026-11-29T14:06:01.371937+00:00','ana@lab','# Spam

Unasked-for advertising.
');
INSERT INTO "guideline" VALUES(2,'2026-11-29T14:06:01.613411+00:00','ana@lab','# Spam

Unasked-for advertising, and fraud.
');
INSERT INTO "guideline" VALUES(3,'2026-11-29T14:06:01.614890+00:00','ana@lab','# Nothing
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
INSERT INTO "lf_run" VALUES(4,1,50,0,6,9.05054999748244881629e-04,NULL);
INSERT INTO "lf_run" VALUES(4,2,50,19,0,1.55310999616631306707e-04,NULL);
INSERT INTO "lf_run" VALUES(4,3,50,13,0,4.39949999417876824736e-05,NULL);
INSERT INTO "lf_run" VALUES(4,4,50,13,0,9.63530001172330230474e-05,NULL);
INSERT INTO "lf_run" VALUES(4,5,50,25,0,2.66589995590038597583e-05,NULL);
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
INSERT INTO "proposal" VALUES(8,1,40,4.56766213139068177895e-01,'stands for a cluster of 15 rows');
INSERT INTO "proposal" VALUES(8,2,31,4.61645058281745623851e-01,'stands for a cluster of 14 rows');
INSERT INTO "proposal" VALUES(8,3,36,5.4257861925964989691e-01,'stands for a cluster of 5 rows');
INSERT INTO "proposal" VALUES(8,4,35,6.5430983901023864746e-02,'random control');
INSERT INTO "proposal" VALUES(8,5,38,5.79043975248837328173e-01,'stands for a cluster of 5 rows');
INSERT INTO "proposal" VALUES(33,1,11,9.62079254384598181459e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,2,14,9.17689903330588307994e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,3,32,0.974521159938894,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,4,29,8.4869133996706047629e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,5,40,0.972663250785871,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,6,1,0.96296732555437,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,7,31,9.73613029198185819801e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,8,10,9.56843964453685580373e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,9,35,9.67345502279158941938e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,10,15,9.64787815333159604058e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,11,20,9.07177351034067602775e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,12,8,9.74915358005991716794e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,13,2,9.54884746440939680134e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,14,18,0.994535737920437,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,15,36,9.33565457386961394803e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,16,13,8.28123539734519464872e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,17,5,8.08651441333374854103e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,18,24,6.4564904387739741054e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,19,33,9.59691235082533622424e-01,'control sample: drawn at random among the labels that the audit trusts');
INSERT INTO "proposal" VALUES(33,20,21,8.60521761488259762096e-01,'control sample: drawn at random among the labels that the audit trusts');
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
INSERT INTO "run" VALUES(1,'init','2026-11-29T14:06:00.473065+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"classes": ["ham", "spam"]}',NULL,NULL);
INSERT INTO "run" VALUES(2,'import','2026-11-29T14:06:00.488104+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"files": ["train.csv"], "folder": "/tmp/project", "role": "train", "batch": "first", "vendor": null, "columns": {"text": "text", "id": "id", "label": "label", "batch": "batch", "vendor": "vendor"}, "encoding": "utf-8", "on_bad_row": "stop"}',NULL,NULL);
INSERT INTO "run" VALUES(3,'import','2026-11-29T14:06:00.492614+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"files": ["eval.csv"], "folder": "/tmp/project", "role": "evaluation", "batch": null, "vendor": null, "columns": {"text": "text", "id": "id", "label": "label", "batch": "batch", "vendor": "vendor"}, "encoding": "utf-8", "on_bad_row": "stop"}',NULL,NULL);
INSERT INTO "run" VALUES(4,'apply','2026-11-29T14:06:00.583530+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"only": [], "workers": 1, "block": 5000}',NULL,NULL);
INSERT INTO "run" VALUES(5,'aggregate','2026-11-29T14:06:00.597648+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"model": "auto", "class_balance": null, "solver": "numpy"}',0,'fddc59294ac5739d3718a5f6e704c98aa9e1a6fddc2df0d928626b61f828225c');
INSERT INTO "run" VALUES(6,'train','2026-11-29T14:06:00.910040+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"embeddings": false}',0,'6f433e286be25545ee76b860f51ae503f935539c363bcd1a7be3ca77a9783c01');
INSERT INTO "run" VALUES(7,'guideline','2026-11-29T14:06:01.371430+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{}',NULL,NULL);
INSERT INTO "run" VALUES(8,'propose','2026-11-29T14:06:01.373132+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"n": 5, "strategy": "auto", "label": null, "where": null, "embedder": null}',0,NULL);
INSERT INTO "run" VALUES(9,'annotate','2026-11-29T14:06:01.548498+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "ana"}',NULL,NULL);
INSERT INTO "run" VALUES(10,'annotate','2026-11-29T14:06:01.555676+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(11,'annotate','2026-11-29T14:06:01.558794+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "cy"}',NULL,NULL);
INSERT INTO "run" VALUES(12,'consensus','2026-11-29T14:06:01.567685+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 25, "classes": [0, 1]}',NULL,'217d8b9b9fffbb7b4bee1ab3675ead5a5bef1fd6a8da0d977802822f6dc6a5de');
INSERT INTO "run" VALUES(13,'annotate','2026-11-29T14:06:01.578107+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(14,'consensus','2026-11-29T14:06:01.579955+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 26, "classes": [0, 1]}',NULL,'56f43d7f512f860da01145b884c097d211763e5e9661292ed285bffec6ca6738');
INSERT INTO "run" VALUES(15,'annotate','2026-11-29T14:06:01.583240+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "cy"}',NULL,NULL);
INSERT INTO "run" VALUES(16,'consensus','2026-11-29T14:06:01.586173+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 29, "classes": [0, 1]}',NULL,'45e08dcea2f1eccb988326ea1e1f5c58f2cdbdd2d88fb587de7afc2552685cae');
INSERT INTO "run" VALUES(17,'class','2026-11-29T14:06:01.589294+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"acts": [["class-add", "promo", {}]]}',NULL,NULL);
INSERT INTO "run" VALUES(18,'annotate','2026-11-29T14:06:01.591712+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(19,'consensus','2026-11-29T14:06:01.593762+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 32, "classes": [0, 1, 2]}',NULL,'47ad8b1e6d5596262c875ca3ef49a5d29760b0cea5c4c4fecea756ab32ad570e');
INSERT INTO "run" VALUES(20,'class','2026-11-29T14:06:01.596634+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"acts": [["class-rename", "promo", {"name": "advert"}]]}',NULL,NULL);
INSERT INTO "run" VALUES(21,'undo','2026-11-29T14:06:01.598790+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(22,'redo','2026-11-29T14:06:01.601119+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(23,'class','2026-11-29T14:06:01.603078+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"acts": [["class-merge", "spam", {"classes": [2]}]]}',NULL,NULL);
INSERT INTO "run" VALUES(24,'class','2026-11-29T14:06:01.604991+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"acts": [["class-split", "spam", {"into": ["offer", "fraud"]}]]}',NULL,NULL);
INSERT INTO "run" VALUES(25,'undo','2026-11-29T14:06:01.607025+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(26,'class','2026-11-29T14:06:01.608891+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"acts": [["class-add", "other", {}]]}',NULL,NULL);
INSERT INTO "run" VALUES(27,'class','2026-11-29T14:06:01.610921+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"acts": [["class-retire", "other", {}]]}',NULL,NULL);
INSERT INTO "run" VALUES(28,'guideline','2026-11-29T14:06:01.612911+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{}',NULL,NULL);
INSERT INTO "run" VALUES(29,'guideline','2026-11-29T14:06:01.614389+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{}',NULL,NULL);
INSERT INTO "run" VALUES(30,'undo','2026-11-29T14:06:01.615847+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(31,'consensus','2026-11-29T14:06:01.619044+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 32, "classes": [0, 1, 1]}',NULL,'3bdefa9a79e11a0800cb04fc6ca6b30e32203092c081d6b9bbe90eda8d35d291');
INSERT INTO "run" VALUES(32,'aggregate','2026-11-29T14:06:01.624078+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"model": "auto", "class_balance": null, "solver": "numpy"}',0,'8a17c2f20dc9767855a83b0141e7d331e26216790060f877a0ada444be761dc2');
INSERT INTO "run" VALUES(33,'audit','2026-11-29T14:06:01.653904+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"probabilities": null}',0,'6f14ef98e0eca170bb4977cbbbc91778163f0c9e6ef27acc5e164ca3b743183b');
INSERT INTO "run" VALUES(34,'diagnose','2026-11-29T14:06:01.809969+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"compare": null, "time_column": null, "embeddings": false}',0,NULL);
INSERT INTO "run" VALUES(35,'split','2026-11-29T14:06:01.921333+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"shares": [80.0, 10.0, 10.0]}',0,NULL);
INSERT INTO "run" VALUES(36,'annotate','2026-11-29T14:06:01.931666+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "bo"}',NULL,NULL);
INSERT INTO "run" VALUES(37,'consensus','2026-11-29T14:06:01.935037+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 45, "classes": [0, 1, 1]}',NULL,'73b850d70860e9c1b87a9c4345208f87886aaf70f4c6f537014ac51edbddb895');
INSERT INTO "run" VALUES(38,'snapshot','2026-11-29T14:06:01.939871+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"name": "before"}',NULL,NULL);
INSERT INTO "run" VALUES(39,'annotate','2026-11-29T14:06:01.941307+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"annotator": "ana"}',NULL,NULL);
INSERT INTO "run" VALUES(40,'consensus','2026-11-29T14:06:01.943299+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"policy": "dawid-skene", "last_event_id": 47, "classes": [0, 1, 1]}',NULL,'9d5b5c6c89f4bd0bff1ee2d41ddc095c61ec2e293dce4858cd50ab98e967526c');
INSERT INTO "run" VALUES(41,'train','2026-11-29T14:06:01.948321+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"embeddings": false}',0,'053edcb51f147effa98b6820b9d63a14845ff0cb72e74b518911a35c114b485a');
INSERT INTO "run" VALUES(42,'export','2026-11-29T14:06:01.979285+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"path": "snapshot.csv", "format": "csv", "role": "train", "snapshot": "before"}',NULL,NULL);
INSERT INTO "run" VALUES(43,'export','2026-11-29T14:06:01.984812+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"path": "labels.csv", "format": "csv", "role": "train"}',NULL,NULL);
INSERT INTO "run" VALUES(44,'export','2026-11-29T14:06:01.997564+00:00','ana@lab','lab:6456:1519280','{"workbench": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "snorkel": "0.10.0", "pandas": "3.1.1", "pyarrow": "26.0.1", "sqlite-utils": "4.2.1", "textual": "8.2.8"}','{"path": "full", "format": "csv", "role": "train"}',NULL,NULL);
CREATE TABLE run_end (
  -- How a run ended. A run without this row is under way, or its process died.
  run_id INTEGER PRIMARY KEY REFERENCES run,
  ended_at TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed', 'cancelled', 'crashed')),
  counts TEXT NOT NULL,        -- JSON: what it read and made, in numbers
  error TEXT                   -- where it failed: the message
) STRICT;
INSERT INTO "run_end" VALUES(1,'2026-11-29T14:06:00.479467+00:00','done','{"classes": 2}',NULL);
INSERT INTO "run_end" VALUES(2,'2026-11-29T14:06:00.491559+00:00','done','{"rows": 40, "added": 40, "known": 0, "skipped": 0}',NULL);
INSERT INTO "run_end" VALUES(3,'2026-11-29T14:06:00.494735+00:00','done','{"rows": 10, "added": 10, "known": 0, "skipped": 0}',NULL);
INSERT INTO "run_end" VALUES(4,'2026-11-29T14:06:00.594220+00:00','done','{"functions": 5, "rows": 250, "votes": 70, "errors": 6, "withdrawn": 0, "script_problems": 0}',NULL);
INSERT INTO "run_end" VALUES(5,'2026-11-29T14:06:00.907443+00:00','done','{"examples": 50, "functions": 5, "covered": 44, "labelled": 44}',NULL);
INSERT INTO "run_end" VALUES(6,'2026-11-29T14:06:01.370405+00:00','done','{"rows": 40, "features": 758}',NULL);
INSERT INTO "run_end" VALUES(7,'2026-11-29T14:06:01.372162+00:00','done','{"characters": 33}',NULL);
INSERT INTO "run_end" VALUES(8,'2026-11-29T14:06:01.547627+00:00','done','{"rows": 5, "pool": 40}',NULL);
INSERT INTO "run_end" VALUES(9,'2026-11-29T14:06:01.555152+00:00','done','{"decisions": 9}',NULL);
INSERT INTO "run_end" VALUES(10,'2026-11-29T14:06:01.558342+00:00','done','{"decisions": 6}',NULL);
INSERT INTO "run_end" VALUES(11,'2026-11-29T14:06:01.560626+00:00','done','{"decisions": 4}',NULL);
INSERT INTO "run_end" VALUES(12,'2026-11-29T14:06:01.577027+00:00','done','{"rows": 7, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(13,'2026-11-29T14:06:01.579182+00:00','done','{"decisions": 1}',NULL);
INSERT INTO "run_end" VALUES(14,'2026-11-29T14:06:01.582597+00:00','done','{"rows": 7, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(15,'2026-11-29T14:06:01.585425+00:00','done','{"decisions": 1}',NULL);
INSERT INTO "run_end" VALUES(16,'2026-11-29T14:06:01.588689+00:00','done','{"rows": 7, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(17,'2026-11-29T14:06:01.590328+00:00','done','{"acts": 1}',NULL);
INSERT INTO "run_end" VALUES(18,'2026-11-29T14:06:01.592874+00:00','done','{"decisions": 2}',NULL);
INSERT INTO "run_end" VALUES(19,'2026-11-29T14:06:01.595872+00:00','done','{"rows": 9, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(20,'2026-11-29T14:06:01.597526+00:00','done','{"acts": 1}',NULL);
INSERT INTO "run_end" VALUES(21,'2026-11-29T14:06:01.599643+00:00','done','{"events": 1}',NULL);
INSERT INTO "run_end" VALUES(22,'2026-11-29T14:06:01.601964+00:00','done','{"events": 1}',NULL);
INSERT INTO "run_end" VALUES(23,'2026-11-29T14:06:01.603900+00:00','done','{"acts": 1}',NULL);
INSERT INTO "run_end" VALUES(24,'2026-11-29T14:06:01.606003+00:00','done','{"acts": 1}',NULL);
INSERT INTO "run_end" VALUES(25,'2026-11-29T14:06:01.607863+00:00','done','{"events": 1}',NULL);
INSERT INTO "run_end" VALUES(26,'2026-11-29T14:06:01.609842+00:00','done','{"acts": 1}',NULL);
INSERT INTO "run_end" VALUES(27,'2026-11-29T14:06:01.611776+00:00','done','{"acts": 1}',NULL);
INSERT INTO "run_end" VALUES(28,'2026-11-29T14:06:01.613589+00:00','done','{"characters": 44}',NULL);
INSERT INTO "run_end" VALUES(29,'2026-11-29T14:06:01.615013+00:00','done','{"characters": 10}',NULL);
INSERT INTO "run_end" VALUES(30,'2026-11-29T14:06:01.616450+00:00','done','{"events": 1}',NULL);
INSERT INTO "run_end" VALUES(31,'2026-11-29T14:06:01.622332+00:00','done','{"rows": 9, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(32,'2026-11-29T14:06:01.651820+00:00','done','{"examples": 50, "functions": 5, "covered": 44, "labelled": 44}',NULL);
INSERT INTO "run_end" VALUES(33,'2026-11-29T14:06:01.807408+00:00','done','{"rows": 40, "suspects": 8, "controls": 20, "trusted": 32}',NULL);
INSERT INTO "run_end" VALUES(34,'2026-11-29T14:06:01.910131+00:00','done','{"examples": 50, "repeated": 42}',NULL);
INSERT INTO "run_end" VALUES(35,'2026-11-29T14:06:01.925907+00:00','done','{"train": 30, "validation": 5, "test": 5}',NULL);
INSERT INTO "run_end" VALUES(36,'2026-11-29T14:06:01.934149+00:00','done','{"decisions": 2}',NULL);
INSERT INTO "run_end" VALUES(37,'2026-11-29T14:06:01.938291+00:00','done','{"rows": 9, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(38,'2026-11-29T14:06:01.940663+00:00','done','{"examples": 50, "labelled": 50}',NULL);
INSERT INTO "run_end" VALUES(39,'2026-11-29T14:06:01.942470+00:00','done','{"decisions": 2}',NULL);
INSERT INTO "run_end" VALUES(40,'2026-11-29T14:06:01.946479+00:00','done','{"rows": 9, "annotators": 3}',NULL);
INSERT INTO "run_end" VALUES(41,'2026-11-29T14:06:01.977737+00:00','done','{"rows": 40, "features": 758}',NULL);
INSERT INTO "run_end" VALUES(42,'2026-11-29T14:06:01.981609+00:00','done','{"rows": 40}',NULL);
INSERT INTO "run_end" VALUES(43,'2026-11-29T14:06:01.986953+00:00','done','{"rows": 40}',NULL);
INSERT INTO "run_end" VALUES(44,'2026-11-29T14:06:01.999557+00:00','failed','{}','cannot be written: Is a directory');
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
INSERT INTO "run_input" VALUES(44,2);
INSERT INTO "run_input" VALUES(44,9);
INSERT INTO "run_input" VALUES(44,10);
INSERT INTO "run_input" VALUES(44,11);
INSERT INTO "run_input" VALUES(44,13);
INSERT INTO "run_input" VALUES(44,15);
INSERT INTO "run_input" VALUES(44,18);
INSERT INTO "run_input" VALUES(44,32);
INSERT INTO "run_input" VALUES(44,36);
INSERT INTO "run_input" VALUES(44,39);
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
audit',X'1E0505FCDA159D6ED75CACF2D8CB821D');
INSERT INTO "seal" VALUES('artifact','34
diagnose',X'E8E25A53E048354DB7E5A453325D023F');
INSERT INTO "seal" VALUES('artifact','35
split',X'06C5D7C11CEABCEB4A929C24576FF281');
INSERT INTO "seal" VALUES('artifact','35
split_rows',X'828A72C18E914532C9A5883552E51560');
INSERT INTO "seal" VALUES('artifact','37
consensus',X'B700C03B837A21150E46D4A44FFB039A');
INSERT INTO "seal" VALUES('artifact','40
consensus',X'3B8FFE73CE972B5ED8827D9104B0C1B4');
INSERT INTO "seal" VALUES('artifact','41
train',X'01FC1459BEFA2ECD0592B6D0AEB8CAD9');
INSERT INTO "seal" VALUES('artifact','5
aggregate',X'CCFF3B79CA00C944C0A57218D0C565C1');
INSERT INTO "seal" VALUES('artifact','6
train',X'04BB3FF612CF732D3A6B4B70AB34F165');
INSERT INTO "seal" VALUES('artifact','8
propose',X'F95FFF49110B7F6533B510DCFBF3E529');
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
1',X'23669AE3D0EC7A9E5CAFA95707A09077');
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
1',X'9CED48974F2C4ED8B5FCABC0DEA624BA');
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
INSERT INTO "seal" VALUES('event','1',X'4D8EFCF1E354FD9FAC7B15588E2223C4');
INSERT INTO "seal" VALUES('event','10',X'111F70AD22749EC81759A50C6985F600');
INSERT INTO "seal" VALUES('event','11',X'4F364C2DDF0A02D3E60BA2E955313B0E');
INSERT INTO "seal" VALUES('event','12',X'B6A865E1507BC6540FBA00075C6B1284');
INSERT INTO "seal" VALUES('event','13',X'353FCEA98C22EA08FD229CC26DBC4414');
INSERT INTO "seal" VALUES('event','14',X'F443584119A918CDB39DA8367DCCBC23');
INSERT INTO "seal" VALUES('event','15',X'F7F55819BD84FA04B7CDBA89A602CAA0');
INSERT INTO "seal" VALUES('event','16',X'D2B2E793FC577EFA7C0DEA8C899447D1');
INSERT INTO "seal" VALUES('event','17',X'30306DC02BF73981B92E9359F528F9AD');
INSERT INTO "seal" VALUES('event','18',X'3FC24556653AE1156AB7EAF970CFD532');
INSERT INTO "seal" VALUES('event','19',X'229EA7C33C39BC2A95E89DFC85E9C09D');
INSERT INTO "seal" VALUES('event','2',X'09BBE15519E0C63BB1757F3C9022F39D');
INSERT INTO "seal" VALUES('event','20',X'DDAF6531B769ECE0A9E815B1A4D7CC8D');
INSERT INTO "seal" VALUES('event','21',X'BB537864144850787CE3E0DFC7780F3F');
INSERT INTO "seal" VALUES('event','22',X'8290067E04718B811EB2E0E8DAB77B8E');
INSERT INTO "seal" VALUES('event','23',X'DDA591921690F740F8F1677E84ABC788');
INSERT INTO "seal" VALUES('event','24',X'3C75036BDAB27476E37125B2C5682111');
INSERT INTO "seal" VALUES('event','25',X'3259FDB012B452333259B17560F73718');
INSERT INTO "seal" VALUES('event','26',X'46FCAC3D5FC87F9F8DEF9C26869D089B');
INSERT INTO "seal" VALUES('event','27',X'6DED86FD617B18342AE7F25F75C28675');
INSERT INTO "seal" VALUES('event','28',X'20B88BD567CDEB77A8AA401CD353326E');
INSERT INTO "seal" VALUES('event','29',X'8725748C5CFDDAE3E64C27058866D844');
INSERT INTO "seal" VALUES('event','3',X'C2E387914B04F9124D02667D6169C17B');
INSERT INTO "seal" VALUES('event','30',X'E3117190733C2292183DA166A41127A8');
INSERT INTO "seal" VALUES('event','31',X'EFDBF642AFC423DAD8B66CCF4F700D59');
INSERT INTO "seal" VALUES('event','32',X'F71DF73A4B100280172A6884B4F6B776');
INSERT INTO "seal" VALUES('event','33',X'3D71144746B725C207075E105D42A304');
INSERT INTO "seal" VALUES('event','34',X'C0057E19656EFEFD7AEE10EE29C557D9');
INSERT INTO "seal" VALUES('event','35',X'1E7BA2CBA6E582F2406634759834AD20');
INSERT INTO "seal" VALUES('event','36',X'1C728401DFBDD25E4EA1C4BC5A518529');
INSERT INTO "seal" VALUES('event','37',X'39C273BFE1AFCD1082D7CF6D80DFA6FD');
INSERT INTO "seal" VALUES('event','38',X'82FAFE000A010257D1513EF79C4240B6');
INSERT INTO "seal" VALUES('event','39',X'74303E2AAFA320FB662AA437A2FFE782');
INSERT INTO "seal" VALUES('event','4',X'A0F82401C6C037F570431B6989F86978');
INSERT INTO "seal" VALUES('event','40',X'92D2B90CBE7F96F9E2EB3450E4C3925E');
INSERT INTO "seal" VALUES('event','41',X'BA71EAA8ECFAF85EFE3B987DD7C59F87');
INSERT INTO "seal" VALUES('event','42',X'5B206782AEA4FAF16CE9A0E8AC183EF1');
INSERT INTO "seal" VALUES('event','43',X'BCD8039ECCCED34DA697A514B2A841EE');
INSERT INTO "seal" VALUES('event','44',X'A4E41D08E7EE63640E54E0BAE505C72A');
INSERT INTO "seal" VALUES('event','45',X'857AC0EE529FCE0CABB968BF2E89BC75');
INSERT INTO "seal" VALUES('event','46',X'A15F41BF97762A691C29AEA9E214BCA1');
INSERT INTO "seal" VALUES('event','47',X'37A8960667D6E35B3868834DAC8F0521');
INSERT INTO "seal" VALUES('event','5',X'8A8E0F469567329BE7F641CF9B573033');
INSERT INTO "seal" VALUES('event','6',X'78F9B66E8C66C5D51F80BB6F256819D2');
INSERT INTO "seal" VALUES('event','7',X'8CC202DB3C4B1414BCB5812DCBDD9681');
INSERT INTO "seal" VALUES('event','8',X'8E80DA70671FAF811F41CE297CA275F1');
INSERT INTO "seal" VALUES('event','9',X'1234D873B2E1AAB329C2B00F367AB5B5');
INSERT INTO "seal" VALUES('example','example_id 1 to 40',X'258071DC9144DC9FCC2A01A0DA2675E2');
INSERT INTO "seal" VALUES('example','example_id 41 to 50',X'4B0AB0CD9DA72AC189292AF3491A35A3');
INSERT INTO "seal" VALUES('export','42',X'BE9A32581AA4145DD2AAB166FAFFE139');
INSERT INTO "seal" VALUES('export','43',X'962ABF4EF3AD6572D3FC266DF1227EC7');
INSERT INTO "seal" VALUES('export_block','42
1',X'F325715176C6FA644391020090D0358A');
INSERT INTO "seal" VALUES('export_block','43
1',X'5D9823A15961042CAB2B90BFD74292F1');
INSERT INTO "seal" VALUES('guideline','1',X'81572740932BF13009A5975E12A89B1B');
INSERT INTO "seal" VALUES('guideline','2',X'06DF0014BE090B6FE60034AE20F6680A');
INSERT INTO "seal" VALUES('guideline','3',X'35B23C5CF8121193686852D9B230E0A8');
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
1',X'68C630212F5E76B9A2863FE72514F96C');
INSERT INTO "seal" VALUES('lf_run','4
2',X'64BCE9B47A298B268EFF9D64E2CEEA60');
INSERT INTO "seal" VALUES('lf_run','4
3',X'B5125195853CFA524FA3DD5EA8390DF1');
INSERT INTO "seal" VALUES('lf_run','4
4',X'054781B1452B07BCAC066228A08F22F1');
INSERT INTO "seal" VALUES('lf_run','4
5',X'089A58F47966D580E48989B23DD5137D');
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
INSERT INTO "seal" VALUES('proposal','run_id 33',X'2EE304B067CBA0BA52FC40401209EF3F');
INSERT INTO "seal" VALUES('proposal','run_id 8',X'88318793EFE4EABBF9475EB139DFD8E2');
INSERT INTO "seal" VALUES('run','1',X'E80E7FF2A13DAA81453A9040DC30EDDB');
INSERT INTO "seal" VALUES('run','10',X'A75F734D18E2344D7BEA076D271B29B8');
INSERT INTO "seal" VALUES('run','11',X'9F566FC9B149A97BABF0F15D707E3C91');
INSERT INTO "seal" VALUES('run','12',X'0931FF1DE3B151F6E3719EFCA31C6537');
INSERT INTO "seal" VALUES('run','13',X'A9D60ECED25617281EF43CFEC435EF9D');
INSERT INTO "seal" VALUES('run','14',X'1F4FC9EF72350AEEED9F8970204636F2');
INSERT INTO "seal" VALUES('run','15',X'EB715C3D23DC0A7135B07D06197CFAFB');
INSERT INTO "seal" VALUES('run','16',X'6EC9500DA1BDE771F4042BDE47F8508A');
INSERT INTO "seal" VALUES('run','17',X'EE0D4B315B33CB91C032D78747670231');
INSERT INTO "seal" VALUES('run','18',X'CBE02AA7380634075A74A1CF88D1D87B');
INSERT INTO "seal" VALUES('run','19',X'EBCF3CAA78902FE68892EF9E40C5CF70');
INSERT INTO "seal" VALUES('run','2',X'DF8BFB0030832871AEAE15D59B68F6B6');
INSERT INTO "seal" VALUES('run','20',X'99AD60DB910558744350E5BDC1A191DB');
INSERT INTO "seal" VALUES('run','21',X'93F0E26785FFFB0AF78BF435F7C3306B');
INSERT INTO "seal" VALUES('run','22',X'36C60C1F7C0E3245E24CD0745C16B9D4');
INSERT INTO "seal" VALUES('run','23',X'D5EC85BABBB1B02B02E8C1BA7BE64650');
INSERT INTO "seal" VALUES('run','24',X'F12ECF0296A9E2EDA299C93206927622');
INSERT INTO "seal" VALUES('run','25',X'9CE77C6469623F7AB4EA132225EDABAA');
INSERT INTO "seal" VALUES('run','26',X'96231C82F44541DB195944C57EE7F624');
INSERT INTO "seal" VALUES('run','27',X'766E6D058EB60443F856F7890D7549FE');
INSERT INTO "seal" VALUES('run','28',X'D0CE45AFCF0FD7DC8B3D54D72CC3296D');
INSERT INTO "seal" VALUES('run','29',X'BA97BEA1155D2A244F5256EB683383A1');
INSERT INTO "seal" VALUES('run','3',X'71844D314B4046BFF3FF4AA1EE10B365');
INSERT INTO "seal" VALUES('run','30',X'AE8006F24E8B2F431ACDEE4E78CF1B8D');
INSERT INTO "seal" VALUES('run','31',X'35562F8CD25A49782A97EF22B553E696');
INSERT INTO "seal" VALUES('run','32',X'FC6886273AE2C1749669DD07B7B032D7');
INSERT INTO "seal" VALUES('run','33',X'25A14D0CAB7A0168C14343A211036BAF');
INSERT INTO "seal" VALUES('run','34',X'3C764B3739C6E86F45E0022B5D962B64');
INSERT INTO "seal" VALUES('run','35',X'D6BE84E311F9F5FF5467B5C8F7454986');
INSERT INTO "seal" VALUES('run','36',X'C21B0B46D3A3FB54794B6615DE79E825');
INSERT INTO "seal" VALUES('run','37',X'B62FA5509714460223AE22998F4878BC');
INSERT INTO "seal" VALUES('run','38',X'628E507A3E449590896BCAE6CBC65AAC');
INSERT INTO "seal" VALUES('run','39',X'CC4FF6FDA914A199F9023D914C24F640');
INSERT INTO "seal" VALUES('run','4',X'EC97C5D06A580C5E3C4D29D7A43198EB');
INSERT INTO "seal" VALUES('run','40',X'BD7F7B2EDF379DA502C039F6BDFFC368');
INSERT INTO "seal" VALUES('run','41',X'5E52A20A648B9CC4D23078BEE7CBB927');
INSERT INTO "seal" VALUES('run','42',X'BB169098A7F4B219C699213DD44C5FAE');
INSERT INTO "seal" VALUES('run','43',X'6EDDF6DA060BF789A893B84BF1A0DC63');
INSERT INTO "seal" VALUES('run','44',X'98AC0C185C5A80EC012BE08BF401FFE0');
INSERT INTO "seal" VALUES('run','5',X'83FD93222992B1AA7E221E84F91B5191');
INSERT INTO "seal" VALUES('run','6',X'F4AF5187D1E7E7DC866B769B29C39169');
INSERT INTO "seal" VALUES('run','7',X'70C815A728225CE611BF899E68C56A32');
INSERT INTO "seal" VALUES('run','8',X'52C3DB4B858BE5BADB7D4162CC7BCF55');
INSERT INTO "seal" VALUES('run','9',X'2F0BECA18AC989DB9FD2B5389A1A751F');
INSERT INTO "seal" VALUES('run_end','1',X'9A8026177111E242CC2E376ABB4047EC');
INSERT INTO "seal" VALUES('run_end','10',X'D812686FA69917DEB6BB484333BF931D');
INSERT INTO "seal" VALUES('run_end','11',X'BCDE0F14BD1C47E1982C96E4A2F6CDC4');
INSERT INTO "seal" VALUES('run_end','12',X'DABF15007264CCA690A0361F2D1718C2');
INSERT INTO "seal" VALUES('run_end','13',X'FC8BA557992C1DD1CE79B90DD01FE7C8');
INSERT INTO "seal" VALUES('run_end','14',X'6C1B6199E6CA71C8244B92A0C5B4F5BB');
INSERT INTO "seal" VALUES('run_end','15',X'FFD2D4F734AC2143EE4DA2AA6E5AE407');
INSERT INTO "seal" VALUES('run_end','16',X'504D0AB6C8D4CD9F79610489C21B5396');
INSERT INTO "seal" VALUES('run_end','17',X'892EC0291FC73E8383797665E7A3DB87');
INSERT INTO "seal" VALUES('run_end','18',X'5A2CB8A325CEF0E80D4BB5E0A5B0EABC');
INSERT INTO "seal" VALUES('run_end','19',X'43FF0699CB5739F5CA94768A82CE7283');
INSERT INTO "seal" VALUES('run_end','2',X'695E304E7E9C46BE6A65B57AD4396560');
INSERT INTO "seal" VALUES('run_end','20',X'B62C8B8E12B780AF388C40FE6554333B');
INSERT INTO "seal" VALUES('run_end','21',X'968076FC91CD307B5F7E506EA13D54F2');
INSERT INTO "seal" VALUES('run_end','22',X'C2A564B1887125EB4EC39FCE2CC81BF4');
INSERT INTO "seal" VALUES('run_end','23',X'0304BF55F8FB8AD0A059A27C9E4AA891');
INSERT INTO "seal" VALUES('run_end','24',X'F6A8397BD86739DB25E0F20A6B183E98');
INSERT INTO "seal" VALUES('run_end','25',X'B8877B0693D2054C2BD9AE064C1003C2');
INSERT INTO "seal" VALUES('run_end','26',X'856C5AF0417B0A3AD9B43D0A8C64CD77');
INSERT INTO "seal" VALUES('run_end','27',X'F06484435DA0B656CCE96C5ADC9F7F8B');
INSERT INTO "seal" VALUES('run_end','28',X'323F40305A55035A64BF5F6C30289E97');
INSERT INTO "seal" VALUES('run_end','29',X'E7FA63569B8C5480CA4F6BA2240ADC45');
INSERT INTO "seal" VALUES('run_end','3',X'4C0EA584EB8D9761CA487D1EBE2F4A10');
INSERT INTO "seal" VALUES('run_end','30',X'31C0903DC290D7DDCB66062AE51128C8');
INSERT INTO "seal" VALUES('run_end','31',X'415CCF8CAE0AE8FCE964CEC9AA80817B');
INSERT INTO "seal" VALUES('run_end','32',X'D1C211B13F38B6A8316D2F85EDD45019');
INSERT INTO "seal" VALUES('run_end','33',X'0749518AAC714F110077ECB44AE7C830');
INSERT INTO "seal" VALUES('run_end','34',X'6FFA72456929C17FA99B5174CF271977');
INSERT INTO "seal" VALUES('run_end','35',X'5670FEAFAD88D49B4786F3E479C64F95');
INSERT INTO "seal" VALUES('run_end','36',X'8C0940AF35E648A068CBA61C8030823D');
INSERT INTO "seal" VALUES('run_end','37',X'5511DA670BB710451A0762882C4ACC21');
INSERT INTO "seal" VALUES('run_end','38',X'C4790E05D745101A15E8B95E0556A957');
INSERT INTO "seal" VALUES('run_end','39',X'2A82EFAA01126C4991CCAEF2BC0DDA95');
INSERT INTO "seal" VALUES('run_end','4',X'6C7A83C01527C224A091291EE217C279');
INSERT INTO "seal" VALUES('run_end','40',X'9ED13D624A0D424560E635C2369D7946');
INSERT INTO "seal" VALUES('run_end','41',X'F81DC67850E2E7398AC23E7B166841AF');
INSERT INTO "seal" VALUES('run_end','42',X'502DBB6C52B613C009A44170DD3353C0');
INSERT INTO "seal" VALUES('run_end','43',X'A1FA83B1371A44A4BDDF119954812B15');
INSERT INTO "seal" VALUES('run_end','44',X'6FA8CE9B48035F2E374CC8263B90FCD3');
INSERT INTO "seal" VALUES('run_end','5',X'AFD9D09607C56C01CEC49186F02A8082');
INSERT INTO "seal" VALUES('run_end','6',X'D9609AE02BC53003451AFD4B8088F029');
INSERT INTO "seal" VALUES('run_end','7',X'230E316BE28EF412E5DB39018998A904');
INSERT INTO "seal" VALUES('run_end','8',X'E4C94FF30490A4E644254D729D1ED5BB');
INSERT INTO "seal" VALUES('run_end','9',X'C25C590C74FCC26A9CB9FA1E9FB7B1EE');
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
INSERT INTO "seal" VALUES('run_input','44
10',X'C83B394281659A1E421168C89D7E70C1');
INSERT INTO "seal" VALUES('run_input','44
11',X'E33658CA8D9FA2390F42A2C632BE24D8');
INSERT INTO "seal" VALUES('run_input','44
13',X'28E89953DFE442B67CE0FBD3DE8C210E');
INSERT INTO "seal" VALUES('run_input','44
15',X'C985984A57FC7C1B2D36D13F76A969E5');
INSERT INTO "seal" VALUES('run_input','44
18',X'D0191C17159AA6637D7523733BED88FF');
INSERT INTO "seal" VALUES('run_input','44
2',X'C4B81CB8573CE07BEFFE8AB7CDF8C403');
INSERT INTO "seal" VALUES('run_input','44
32',X'2EECC91575DC99672084195232F8A180');
INSERT INTO "seal" VALUES('run_input','44
36',X'7E239A8225221C14E3542B42B01252A9');
INSERT INTO "seal" VALUES('run_input','44
39',X'0E1D8134F8E81CDC03BB1D1D9B83A0BD');
INSERT INTO "seal" VALUES('run_input','44
9',X'CDA71B6E7463B4B0A5AF3290DA71B9E8');
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
INSERT INTO "seal" VALUES('setting','1',X'4D8910EE2FF0C4C455DDE9DB8541B419');
INSERT INTO "seal" VALUES('setting','2',X'5236748FD67FE35E06697589871E109F');
INSERT INTO "seal" VALUES('setting','3',X'AC62771A6A76931DB638BFE5E309C90C');
INSERT INTO "seal" VALUES('setting','4',X'A253590B10828FF79F8D160204F200CA');
INSERT INTO "seal" VALUES('setting','5',X'8BE8CDE91A8225D042FD9A9C66EF9F9B');
INSERT INTO "seal" VALUES('snapshot','38',X'A8555819908B497BCDC9ECD517949FAF');
INSERT INTO "seal" VALUES('snapshot_block','38
1',X'CD19B62D823535E62E8FB2E4E2F6A3FF');
INSERT INTO "seal" VALUES('source','1',X'7B5D3A69874A2405066EC18116B29592');
INSERT INTO "seal" VALUES('source','2',X'593DC271C4761AD7AF173FF3C777A525');
INSERT INTO "seal" VALUES('suspect','run_id 33',X'49CB704E4918ACA86A6F2B94F52767E6');
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
INSERT INTO "setting" VALUES(1,'2026-11-29T14:06:00.480238+00:00','label_order','correction,annotation,given,model');
INSERT INTO "setting" VALUES(2,'2026-11-29T14:06:00.480297+00:00','min_confidence','0.5');
INSERT INTO "setting" VALUES(3,'2026-11-29T14:06:00.480322+00:00','consensus','majority');
INSERT INTO "setting" VALUES(4,'2026-11-29T14:06:01.566474+00:00','consensus','dawid-skene');
INSERT INTO "setting" VALUES(5,'2026-11-29T14:06:01.995301+00:00','consensus','majority');
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
INSERT INTO "suspect" VALUES(33,1,34,0,1,3.05230909679625461716e-01);
INSERT INTO "suspect" VALUES(33,2,9,1,0,7.00873846137079703488e-01);
INSERT INTO "suspect" VALUES(33,3,6,1,0,8.35289323130866789846e-01);
INSERT INTO "suspect" VALUES(33,4,22,1,0,8.49975792110453376437e-01);
INSERT INTO "suspect" VALUES(33,5,12,1,0,8.58828700534323807858e-01);
INSERT INTO "suspect" VALUES(33,6,38,1,0,8.61860749540567239179e-01);
INSERT INTO "suspect" VALUES(33,7,30,1,0,8.73902928522667821198e-01);
INSERT INTO "suspect" VALUES(33,8,28,1,0,8.99365032146695608794e-01);
INSERT INTO "suspect" VALUES(33,9,46,1,0,0.872100859847567);
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
CREATE VIEW answer AS
  -- The class that each annotator gives each example, as it counts now; a later skip or flag withdraws it.
  SELECT d.example_id, d.annotator, k.counts_as AS class_id, d.event_id, d.run_id
  FROM active_event AS d JOIN class_now AS k USING (class_id)
  WHERE d.kind = 'label' AND k.counts_as IS NOT NULL
    AND d.event_id = (SELECT max(f.event_id) FROM active_event AS f
                      WHERE f.example_id = d.example_id AND f.annotator = d.annotator
                        AND f.kind IN ('label', 'skip', 'flag'));
CREATE VIEW answer_tally AS
  -- How many annotators give each example each class.
  SELECT example_id, class_id, count(*) AS n, max(run_id) AS run_id
  FROM answer GROUP BY example_id, class_id;
CREATE VIEW label_candidate AS
  -- Every label that speaks for an example, with its origin; classes as they count now.
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
  WHERE e.kind IN ('keep', 'relabel') AND k.counts_as IS NOT NULL
    AND e.event_id = (SELECT max(f.event_id) FROM active_event AS f
                      WHERE f.example_id = e.example_id AND f.kind IN ('keep', 'relabel'))
  UNION ALL
  SELECT example_id, class_id, confidence, 'annotation', run_id FROM annotation_consensus
  UNION ALL
  SELECT x.example_id, k.counts_as, 1.0, 'given', s.run_id
  FROM example AS x JOIN source AS s USING (source_id) JOIN class_now AS k ON k.class_id = x.given_class
  WHERE k.counts_as IS NOT NULL
  UNION ALL
  SELECT c.example_id, k.counts_as, round(c.confidence, 4), 'model', c.run_id
  FROM believed AS c LEFT JOIN belief_column AS p ON p.run_id = c.run_id AND p.position = c.column_
  JOIN class_now AS k ON k.class_id = coalesce(p.class_id, c.column_)
  WHERE c.column_ <> 65535 AND k.counts_as IS NOT NULL
    AND c.confidence >= (SELECT CAST(value AS REAL) FROM setting WHERE key = 'min_confidence'
                         ORDER BY setting_id DESC LIMIT 1) - 0.00001;
CREATE VIEW resolved_label AS
  -- The one label that an example has now, and where it comes from.
  WITH ranked AS (
    SELECT example_id, class_id, confidence, origin, run_id,
           row_number() OVER (
             PARTITION BY example_id
             ORDER BY instr((SELECT value FROM setting WHERE key = 'label_order'
                             ORDER BY setting_id DESC LIMIT 1), origin)) AS place
    FROM label_candidate)
  SELECT r.example_id, x.uid, k.name AS label, r.class_id, r.confidence, r.origin, r.run_id
  FROM ranked AS r JOIN example AS x USING (example_id) JOIN class_now AS k USING (class_id)
  WHERE r.place = 1;
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
CREATE VIEW adjudication AS
  -- What was settled of an example that annotators differ on: the last word counts.
  SELECT e.example_id, k.counts_as AS class_id, e.annotator, e.event_id, e.run_id
  FROM active_event AS e JOIN class_now AS k USING (class_id)
  WHERE e.kind = 'adjudicate' AND k.counts_as IS NOT NULL
    AND e.event_id = (SELECT max(f.event_id) FROM active_event AS f
                      WHERE f.example_id = e.example_id AND f.kind = 'adjudicate');
CREATE VIEW annotation_consensus AS
  -- The one class of an example's answers: settled by a person; else weighed, where that is the policy
  -- and the weights know all answers; else the class of most (of all, where differences wait for a
  -- person); a tie has none.
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
  WHERE k.counts_as IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM adjudication AS a WHERE a.example_id = w.example_id)
  UNION ALL
  SELECT r.example_id, r.class_id, r.n * 1.0 / r.n_answers, r.run_id
  FROM ranked AS r
  WHERE r.place = 1 AND r.runner_up < r.n
    AND (r.runner_up = 0 OR (SELECT value FROM setting WHERE key = 'consensus'
                             ORDER BY setting_id DESC LIMIT 1) IS NOT 'adjudicate')
    AND NOT EXISTS (SELECT 1 FROM weighed_consensus AS w WHERE w.example_id = r.example_id)
    AND NOT EXISTS (SELECT 1 FROM adjudication AS a WHERE a.example_id = r.example_id);
CREATE TRIGGER seal_no_delete BEFORE DELETE ON [seal] BEGIN SELECT RAISE(ABORT, 'seal holds facts: append, never delete'); END;
COMMIT;
