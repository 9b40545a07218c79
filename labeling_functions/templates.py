"""Labeling functions from templates: one line each, for rules that need no code.

``keywords(name, words, class)`` votes when one of the words or phrases occurs as whole words;
``regex(name, pattern, class)`` votes when the pattern is found. Both ignore case and read the text
column. No assignment is needed: the call itself makes the labeling function.
"""

from __future__ import annotations

from workbench import keywords, regex

keywords("tracking_words", ["tracking", "depot", "in transit", "scan", "warehouse"], "delivery")
keywords("parcel_words", ["my parcel", "the driver", "the van", "next slot"], "delivery")
keywords("address_words", ["house number", "old street", "locker", "pickup shop"], "delivery")
keywords("handed_over", ["handed over", "signed for", "sign for", "says delivered"], "delivery")
keywords("at_home", ["nobody rang", "stayed home", "at the door", "no call"], "delivery")
regex("not_arrived", r"\b(no parcel|still nothing|no sign of|hasn'?t|waiting for)\b", "delivery")
regex("delivery_options", r"\b(express|(shipping|ship|deliver) to|what time will)\b", "delivery")

keywords("refund_words", ["refund", "refunded", "money back", "replacement", "my money"], "refund")
keywords("return_words", ["return", "returning", "exchange", "swap", "sending it back"], "refund")
keywords("bring_it_back", ["back to a store", "come and get", "take it back"], "refund")
regex("cancel_first", r"^.{0,50}\bcancel\b|changed my mind", "refund")
regex("arrived_broken", r"\b(was broken|broke after|had a crack|in pieces|came off)\b", "refund")

keywords("charge_words", ["charged", "debited", "billed", "debit", "took the money"], "billing")
keywords("payment_words", ["payment", "pay by", "instalments", "gift card", "transfer"], "billing")
keywords("invoice_words", ["an invoice", "PDF invoice", "credit note", "VAT"], "billing")
keywords("money_words", ["tax", "a fee", "the till", "my bill", "open amount"], "billing")
regex("discount_code", r"\b(the code|discount)\b.{0,30}\b(work|accepted|expired)", "billing")

keywords("password_words", ["forgot my password", "passwords", "passkey", "reset link"], "account")
keywords("profile_words", ["newsletters", "two accounts", "wish list", "household"], "account")
keywords("mail_settings", ["locked out", "order mails", "confirm my address"], "account")
regex("my_details", r"\bmy (mail|surname|birthday|phone number|points|profile)\b", "account")
regex("shut_out", r"\baccount is (locked|blocked|suspended)|\bclosed my account", "account")

keywords("product_words", ["what size", "measurements", "made of", "dishwasher"], "product")
keywords("before_buying", ["recommend", "suggest", "in stock", "for a present"], "product")
regex("how_much_does_it", r"\bhow (wide|tall|deep|heavy|loud|much weight|many watts)\b", "product")
regex("care_and_looks", r"\b(wash|clean|smell|the reviews|the description)\b", "product")

keywords("scam_words", ["looks fake", "hacked", "stolen", "identity theft", "police"], "fraud")
