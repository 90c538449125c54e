"""Prints greedy answers of a GGUF file to a few prompts.

    python3 sample.py --model npc-dialogue.gguf [--system "You are ..."] [--user "..."]
"""
import argparse

from corpus import render
from golden import load

SYSTEMS = ["", "You are Mira, the blacksmith of Oakvale. You are gruff but kind.", "You are Finn, the bard of Willowbrook. You are cheerful and talkative.",
           "You are Zanrin, a suspicious guard in Foxwater. It is raining.", "You are Odile, the healer of Mossdale. You are nervous."]
USERS = ["Greet the traveller.", "What do you know about the old mine?", "Who are you?", "What do you sell?", "Do you have work for me?", "Tell me about computers."]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", required=True)
    ap.add_argument("--system")
    ap.add_argument("--user")
    a = ap.parse_args()
    model, tok = load(a.model)
    for system in SYSTEMS if a.system is None else [a.system]:
        print("##", system or "(no system prompt)")
        for user in USERS if a.user is None else [a.user]:
            ids = tok.encode(render(([("system", system)] if system else []) + [("user", user)], True))
            print(">", user, "\n ", tok.decode(model.greedy(ids, tok.eos, 96)).replace("<|im_end|>", " <|im_end|>"))


if __name__ == "__main__":
    main()
