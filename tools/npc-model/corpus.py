"""Generates NPC dialogues from the grammar in world.py.

dialogue(rng) returns (messages, keys): ChatML-style messages and the set of combinations
(role x temperament x subject) and (place x subject) the answers were built from. A fixed
hash reserves some combinations for validation: a dialogue that touches one of them never
reaches the training set, so the held-out loss measures new combinations, not memory.
"""
import random
import zlib

import world as W

HELD_OUT_SHARE = 40  # one combination in this many is reserved for validation


def held_out(key):
    # crc32 rather than hash(): Python salts hash() anew in every process.
    return zlib.crc32(key.encode()) % HELD_OUT_SHARE == 0


def article(noun):
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def cap(text):
    return text[0].upper() + text[1:]


def coins(n):
    return "one coin" if n == 1 else f"{n} coins"


class Npc:
    """One character; any part may be missing, as it may be missing in a prompt."""

    def __init__(self, rng, bare=False):
        pick = rng.choice
        self.name = self.place = self.role = self.temper = self.weather = self.time = None
        if not bare:
            if rng.random() < 0.96:
                self.name = pick(W.NAMES) if rng.random() < 0.6 else pick(W.SYL_A) + pick(W.SYL_B) + (pick(W.SYL_B) if rng.random() < 0.25 else "")
            if rng.random() < 0.9:
                self.place = pick(list(W.PLACES)) if rng.random() < 0.65 else pick(W.PL_A) + pick(W.PL_B)
            if rng.random() < 0.96:
                self.role = pick(list(W.ROLES))
            if rng.random() < 0.88:
                self.temper = pick(list(W.TEMPERS))
            if rng.random() < 0.2:
                self.weather = pick(list(W.WEATHER))
            if rng.random() < 0.12:
                self.time = pick(list(W.TIMES))
            if not (self.name or self.role):
                self.role = pick(list(W.ROLES))
        self.t = W.TEMPERS[self.temper] if self.temper else W.PLAIN
        self.r = W.ROLES[self.role] if self.role else W.VILLAGER
        self.addr = self.t["addr"]

    def fill(self, text, **more):
        place = self.place or "the village"
        if text.startswith("{place}"):
            place = cap(place)
        return text.format(place=place, role=self.role or "villager", name=self.name or "nobody", addr=self.addr, **more)


def persona(npc, rng):
    """The sentences that describe the character, as a prompt would put them."""
    pick = rng.choice
    adj = pick(npc.t["adj"]) if npc.temper else None
    name, role, place = npc.name, npc.role, npc.place
    out = []
    style = rng.random()
    if style < 0.12 and name:  # third person
        out.append(f"{name} is " + (f"the {role}" if role else "a villager") + (f" of {place}." if place else "."))
        if adj:
            out.append(f"{name} is {adj}.")
        out.append(pick([f"Answer as {name}.", f"Speak as {name}.", f"Play {name}."]))
    elif style < 0.38 and role and adj:  # everything in one sentence
        who = f"{name}, {article(adj)} {role}" if name else f"{article(adj)} {role}"
        out.append(pick(["You are ", "You are ", "You play ", "Act as "]) + who + (pick([" in ", " of ", " from "]) + place if place else "") + ".")
    else:
        if name and role:
            who = f"{name}, {pick(['the', 'the', article(role).split()[0]])} {role}"
        else:
            who = name or pick(["the ", ""]) + role
            if who == role:
                who = article(role)
        out.append(pick(["You are ", "You are ", "You are ", "Your name is " if name else "You are "]) + who
                   + (pick([" of ", " of ", " in ", " from "]) + place if place else "") + ".")
        if adj:
            out.append(pick(["You are ", "You are ", "You are ", "You sound ", "Your character is "]) + adj + ".")
    if npc.weather:
        out.append(f"It is {npc.weather}.")
    if npc.time:
        out.append({"night": "It is night.", "noon": "It is noon."}.get(npc.time, pick([f"It is {npc.time}.", f"It is early {npc.time}."])))
    return " ".join(out)


EXTRA = ["Stay in character.", "Answer in a few sentences.", "Keep your answers short.", "You are talking to a traveller.", "You are an NPC in a fantasy game.",
         "Speak to the player.", "Never break character.", "The player is talking to you."]
BARE_SYSTEM = ["You are a helpful assistant.", "You are an NPC in a fantasy game.", "You are a villager.", "You are a character in a role-playing game.", "Answer as a villager."]


# ------------------------------------------------------------------ answers
def opened(npc, rng, body, p_open=0.85, p_close=0.85):
    """Wraps the body in the character's own way of starting and ending."""
    parts = []
    if rng.random() < p_open:
        parts.append(npc.fill(rng.choice(npc.t["open"])))
    parts += body
    if rng.random() < p_close:
        parts.append(npc.fill(rng.choice(npc.t["close"])))
    return " ".join(parts)


def surroundings(npc, rng):
    if npc.weather:
        return [rng.choice(W.WEATHER[npc.weather])]
    if npc.time:
        return [W.TIMES[npc.time]]
    return []


def a_greet(npc, rng, _):
    body = [npc.fill(rng.choice(npc.t["greet"]))]
    if npc.name and rng.random() < 0.85:
        body.append(f"I am {npc.name}, the {npc.role}." if npc.role else f"My name is {npc.name}.")
    body += surroundings(npc, rng)
    body.append(npc.fill(rng.choice(npc.r["greet"])))
    return opened(npc, rng, body, 0, 0.4)


def a_who(npc, rng, _):
    where = f" of {npc.place}" if npc.place else ""
    if npc.name:
        me = f"I am {npc.name}, the {npc.role}{where}." if npc.role else f"My name is {npc.name}" + (f", and I live in {npc.place}." if npc.place else ".")
    else:
        me = f"I am the {npc.role}{where}." if npc.role else "I am only a villager, and my name does not matter."
    return opened(npc, rng, [me, npc.fill(rng.choice(npc.r["work"]))], 0.4)


def a_mood(npc, rng, _):
    return opened(npc, rng, [npc.fill(rng.choice(npc.t["mood"])), npc.fill(rng.choice(npc.r["work"]))] + surroundings(npc, rng), 0, 0.7)


def a_work(npc, rng, _):
    return opened(npc, rng, [npc.fill(rng.choice(npc.r["work"])), f"You find me at {npc.r['at']}" + (f" in {npc.place}." if npc.place else ".")])


def a_wares(npc, rng, _):
    items = [f"{item} for {coins(price)}" for item, price in npc.r["wares"]]
    return opened(npc, rng, [npc.fill(rng.choice(npc.r["greet"])), "I can sell you " + (", ".join(items[:-1]) + " or " + items[-1]) + "."])


def a_price(npc, rng, item):
    price = dict(npc.r["wares"]).get(item)
    if price is not None:
        body = [f"I sell {item} for {coins(price)}.", npc.fill(rng.choice(npc.r["work"]))]
    else:
        seller = ITEM_SELLER[item]
        body = [f"I do not sell {item}.", f"Ask the {seller}, you find them at {W.ROLES[seller]['at']}."]
    return opened(npc, rng, body)


def a_haggle(npc, rng, _):
    return opened(npc, rng, [npc.fill(rng.choice(npc.t["haggle"])), npc.fill(rng.choice(npc.r["work"]))], 0, 0.7)


def local(npc, rng, p):
    """Now and then a remark that ties the answer to the character's home."""
    return [npc.fill(rng.choice(W.LOCAL))] if rng.random() < p else []


def a_way(npc, rng, lm):
    return opened(npc, rng, [rng.choice(W.LANDMARKS[lm]["route"]), W.LANDMARKS[lm]["tip"]] + local(npc, rng, 0.3))


def a_lore(npc, rng, lm):
    body = [rng.choice(W.LANDMARKS[lm]["fact"])] + local(npc, rng, 0.5) + [npc.fill(rng.choice(npc.r["link"]))]
    return opened(npc, rng, body + ([W.LANDMARKS[lm]["tip"]] if rng.random() < 0.3 else []), 0.9)


def a_safe(npc, rng, lm):
    return opened(npc, rng, [rng.choice(W.LANDMARKS[lm]["danger"]), npc.fill(rng.choice(npc.r["link"])), W.LANDMARKS[lm]["tip"]])


def a_creature(npc, rng, beast):
    return opened(npc, rng, [rng.choice(W.CREATURES[beast]["fact"])] + local(npc, rng, 0.4) + [W.CREATURES[beast]["tip"]])


def a_find_role(npc, rng, role):
    if role == npc.role:
        return opened(npc, rng, [f"The {role}? That is me.", npc.fill(rng.choice(npc.r["greet"]))])
    return opened(npc, rng, [f"You find the {role} at {W.ROLES[role]['at']}.", f"Ask about {W.ROLES[role]['care']}, and the {role} will talk for hours."])


def a_person(npc, rng, name):
    if name == npc.name:
        return opened(npc, rng, [f"{name}? That is my own name.", npc.fill(rng.choice(npc.r["work"]))])
    return opened(npc, rng, [f"I do not know anyone called {name}.", npc.fill("Ask at the inn, every name passes through there.")])


def a_rumour(npc, rng, _):
    return opened(npc, rng, [f"{rng.choice(['People say', 'I heard'])} that {npc.r['rumour'][0]}."] + local(npc, rng, 0.5) + [npc.fill(rng.choice(npc.r["work"]))])


def a_quest(npc, rng, _):
    task, reward = rng.choice(npc.r["quest"])
    return opened(npc, rng, [npc.fill(rng.choice(npc.r["work"])), f"{task}.", f"I will give you {reward} for it."])


def a_accept(npc, rng, _):
    return opened(npc, rng, [f"Good. Come back to me at {npc.r['at']} when it is done."], 0)


def a_done(npc, rng, _):
    return opened(npc, rng, ["You really did it.", "Here is your reward, you have earned it."], 0.3)


def a_past(npc, rng, _):
    return opened(npc, rng, [npc.fill(rng.choice(npc.r["hist"])), npc.fill(rng.choice(npc.r["work"]))])


def a_place(npc, rng, _):
    if not npc.place:
        body = ["This is a small village with an inn, a mill and a well."]
    elif npc.place in W.PLACES:
        body = [W.PLACES[npc.place]]
    else:
        body = [f"{npc.place} is not big, but it is my home."]
    return opened(npc, rng, body + [npc.fill(rng.choice(npc.r["work"]))])


def a_bye(npc, rng, _):
    body = [npc.fill(rng.choice(npc.t["bye"]))]
    if rng.random() < 0.6:
        body.append(f"You know where to find me, at {npc.r['at']}.")
    return " ".join(body)


def a_thanks(npc, rng, _):
    return " ".join([npc.fill(rng.choice(npc.t["thanks"])), npc.fill(rng.choice(npc.t["close"]))])


def a_insult(npc, rng, _):
    return " ".join([npc.fill(rng.choice(npc.t["insult"])), f"Now leave {npc.r['at']} and cool your head."])


def a_help(npc, rng, _):
    return opened(npc, rng, [npc.fill(text) for text in rng.sample(npc.r["help"], 2)])


def a_weather(npc, rng, _):
    if npc.weather:
        body = [f"It is {npc.weather}, as you can see.", rng.choice(W.WEATHER[npc.weather])]
    else:
        body = ["The sky changes its mind every hour.", f"I care more about {npc.r['care']}."]
    return opened(npc, rng, body, 0.5)


def a_time(npc, rng, _):
    body = [W.TIMES[npc.time]] if npc.time else ["I lost count of the hours, so listen for the bell."]
    return opened(npc, rng, body, 0.5)


def a_unknown(npc, rng, thing):
    said = rng.choice([f"I have never heard of {thing}.", f"{cap(thing)}? That word is new to me."])
    return opened(npc, rng, [said, f"Ask me about {npc.r['care']} instead."], 0.25)


def a_advice(npc, rng, _):
    return opened(npc, rng, [npc.t["advice"][0], f"That is all I learned from {npc.r['care']}."])


def a_joke(npc, rng, _):
    return opened(npc, rng, [rng.choice(W.JOKES)] + local(npc, rng, 0.5), 0.5)


def a_family(npc, rng, _):
    return opened(npc, rng, [rng.choice(W.FAMILY), npc.fill(rng.choice(npc.r["hist"]))])


def a_ruler(npc, rng, _):
    return opened(npc, rng, [rng.choice(W.RULERS), f"I only care about {npc.r['care']}."])


def a_join(npc, rng, _):
    return opened(npc, rng, [f"I cannot come with you, I am needed at {npc.r['at']}.", npc.fill(rng.choice(npc.r["work"]))])


ITEM_SELLER = {}
for _role, _data in W.ROLES.items():
    for _item, _ in _data["wares"]:
        ITEM_SELLER.setdefault(_item, _role)
FINDABLE = list(W.ROLES)

# intent: (weight, subject kind, answer, ways to ask). {x} is the subject.
INTENTS = {
    "greet": (10, None, a_greet, ["Greet the traveller.", "Greet the player.", "Greet me.", "Say hello to the traveller.", "Welcome the stranger.", "Hello!", "Hello there.", "Hi.",
              "Good morning.", "Good evening.", "Good day to you.", "Hail, friend!", "Greetings.", "A traveller walks up to you. What do you say?", "Hey!",
              "The player enters. Say something.", "Greet the traveler.", "Write a greeting.", "Say hello.", "Greet a customer.", "Introduce yourself and greet the traveller.",
              "Greet the adventurer.", "Greet the hero.", "Hello, how are you?"]),
    "who": (7, None, a_who, ["Who are you?", "What is your name?", "Introduce yourself.", "Tell me who you are.", "And you are?", "What should I call you?", "What's your name?",
            "Who am I talking to?", "Tell me your name and your trade."]),
    "mood": (3, None, a_mood, ["How are you?", "How are you today?", "How do you feel?", "How is life?", "Are you well?", "How is business?"]),
    "work": (4, None, a_work, ["What do you do?", "What is your work?", "What do you do all day?", "What is your job here?", "Tell me about your work.", "Describe your work.", "Do you like your work?"]),
    "wares": (6, None, a_wares, ["What do you sell?", "Show me your wares.", "What can I buy here?", "I want to buy something.", "Do you have anything for sale?", "List your goods and prices.",
              "What are your prices?", "Can I trade with you?", "What do you have for sale?", "Offer your wares to the player."]),
    "price": (5, "item", a_price, ["How much is {x}?", "How much for {x}?", "I want to buy {x}.", "Do you sell {x}?", "What does {x} cost?", "I need {x}.", "Can I buy {x} from you?"]),
    "haggle": (3, None, a_haggle, ["Can you lower the price?", "That is too expensive.", "Can I have a discount?", "I will pay half of that.", "Haggle with the player.", "Too much! Make it cheaper."]),
    "way": (8, "landmark", a_way, ["Where is {x}?", "How do I get to {x}?", "Which way is it to {x}?", "Show me the way to {x}.", "I am looking for {x}.", "Can you tell me the way to {x}?", "Give the traveller directions to {x}.",
            "How can I reach {x}?", "Where can I find {x}?"]),
    "lore": (14, "landmark", a_lore, ["What do you know about {x}?", "Tell me about {x}.", "What can you tell me about {x}?", "Describe {x}.", "Have you been to {x}?", "Do you know {x}?", "What is {x}?", "What is the story of {x}?",
             "Tell the player about {x}.", "Have you heard of {x}?", "What do people say about {x}?", "Talk about {x}."]),
    "safe": (6, "landmark", a_safe, ["Is {x} safe?", "Is it dangerous at {x}?", "What dangers wait at {x}?", "Should I be afraid of {x}?", "Warn me about {x}.", "Can I go to {x} alone?", "Is {x} dangerous?", "Warn the traveller about {x}."]),
    "creature": (7, "creature", a_creature, ["What do you know about {x}?", "Tell me about {x}.", "Are there {x} here?", "How do I fight {x}?", "Warn the traveller about {x}.", "Have you seen {x}?", "I am afraid of {x}.", "What about {x}?"]),
    "find_role": (4, "role", a_find_role, ["Where is the {x}?", "Where can I find the {x}?", "I am looking for the {x}.", "Do you know the {x}?", "What do you think of the {x}?", "Tell me about the {x}."]),
    "person": (2, "name", a_person, ["Do you know {x}?", "Who is {x}?", "Have you seen {x}?", "I am looking for {x}.", "Where is {x}?"]),
    "rumour": (7, None, a_rumour, ["Any rumours?", "Have you heard any news?", "What is the news?", "Tell me a rumour.", "What do people whisper about?", "Share some gossip.", "Have you heard anything strange?", "What's new?",
               "Any news?", "Tell me a secret.", "Tell me a rumor."]),
    "quest": (8, None, a_quest, ["Do you have work for me?", "Give me a quest.", "Do you need help?", "I am looking for work.", "How can I earn some coins?", "Offer the player a quest.", "Is there anything I can do for you?", "Any jobs?",
              "Do you have a quest for me?", "Can I help you with something?", "Give the player a task.", "Ask the traveller for help.", "I need a job."]),
    "past": (6, None, a_past, ["Tell me about yourself.", "How did you get here?", "How did you learn your trade?", "Have you always lived here?", "What is your story?", "Tell me about your past.", "Where do you come from?", "Tell the story of your life.",
             "How did you become what you are?", "Describe yourself."]),
    "place": (6, None, a_place, ["What is this place?", "Where am I?", "Tell me about this place.", "What is it like to live here?", "Describe your home.", "Is this a good place to live?"]),
    "bye": (6, None, a_bye, ["Goodbye.", "Farewell.", "I must go now.", "See you later.", "Say goodbye.", "Say goodbye to the traveller.", "I have to leave.", "Until next time.", "Bye!"]),
    "thanks": (5, None, a_thanks, ["Thank you.", "Thanks!", "Thank you for your help.", "I am grateful.", "Many thanks, friend.", "That was kind of you."]),
    "insult": (3, None, a_insult, ["You are ugly.", "You are a fool.", "You stink.", "Shut up!", "I hate you.", "You are useless.", "Get out of my way, idiot.", "Give me all your money or die!", "I will kill you."]),
    "help": (5, None, a_help, ["Help me!", "I am wounded.", "Can you help me?", "I am hurt.", "I am lost.", "I am hungry and tired.", "Please help.", "I need help.", "Bandits attacked me!", "I am cold."]),
    "weather": (3, None, a_weather, ["How is the weather?", "Nice weather today.", "Will it rain?", "What do you think of the weather?", "Talk about the weather.", "Say something about the weather."]),
    "time": (1, None, a_time, ["What time is it?", "Is it late?", "How late is it?"]),
    "unknown": (6, "unknown", a_unknown, ["What do you know about {x}?", "Tell me about {x}.", "Do you like {x}?", "What is {x}?", "Explain {x}.", "Have you heard of {x}?", "Can you teach me {x}?", "What do you think of {x}?"]),
    "advice": (3, None, a_advice, ["Give me some advice.", "What should I do?", "Do you have advice for me?", "Give the player a piece of advice.", "Any tips for a traveller?"]),
    "joke": (2, None, a_joke, ["Tell me a joke.", "Make me laugh.", "Say something funny.", "Do you know a joke?"]),
    "family": (2, None, a_family, ["Do you have a family?", "Are you married?", "Tell me about your family.", "Do you have children?"]),
    "ruler": (2, None, a_ruler, ["Who rules here?", "Who is in charge?", "Who is your king?", "Who is the lord of this land?"]),
    "join": (3, None, a_join, ["Will you come with me?", "Join me on my quest.", "Travel with me.", "Do you want to be my companion?", "Come with me."]),
}
FOLLOW = {  # what a visitor may say next; "=" keeps the landmark being talked about
    "greet": ["who", "wares", "quest", "rumour", "mood"], "who": ["past", "wares", "place", "quest"], "wares": ["price", "haggle"], "price": ["haggle", "thanks", "wares"],
    "lore": ["=way", "=safe"], "safe": ["=way"], "way": ["=safe", "thanks", "=lore"], "quest": ["accept"], "accept": ["done", "bye", "help"], "rumour": ["thanks", "lore"],
    "bye": [], "thanks": ["bye"], "insult": ["bye", "insult"],
}
FOLLOW_TEXT = {
    "way": ["How do I get there?", "Where is it?", "Show me the way."], "safe": ["Is it safe?", "Is it dangerous?", "What should I watch out for?"],
    "lore": ["What is it like there?", "Tell me more about it."],
}
SPECIAL = {
    "accept": (a_accept, ["I will do it.", "I accept.", "You can count on me.", "All right, I will help you."]),
    "done": (a_done, ["It is done.", "I am back, I did it.", "I did what you asked.", "Give me my reward."]),
}
NAMES_OF_INTENTS = list(INTENTS)
WEIGHTS = [INTENTS[i][0] for i in NAMES_OF_INTENTS]


def untidy(text, rng):
    """Players type carelessly; the model should not mind."""
    r = rng.random()
    if r < 0.06:
        return text.lower()
    if r < 0.12:
        return text.rstrip(".?!")
    if r < 0.16:
        return text.lower().rstrip(".?!")
    if r < 0.20 and text[-1] in "?.":
        return text + rng.choice([" Please.", " Tell me.", " I am curious."])
    if r < 0.26:
        return rng.choice(["Excuse me. ", "Hello! ", "Hey, ", "Please, ", "Friend, ", "Say, "]) + text
    return text


def turn(npc, rng, intent, subject=None, follow=False):
    """One question and its answer. Returns (question, answer, subject, keys)."""
    if intent in SPECIAL:
        answer, asks = SPECIAL[intent]
        kind = None
    else:
        _, kind, answer, asks = INTENTS[intent]
    if kind == "landmark":
        subject = subject or rng.choice(list(W.LANDMARKS))
        said = rng.choice(W.ALIAS.get(subject, [subject])) if rng.random() < 0.2 else subject
    elif kind == "item":
        own = [i for i, _ in npc.r["wares"]]
        subject = said = rng.choice(own) if rng.random() < 0.55 else rng.choice(list(ITEM_SELLER))
    elif kind == "creature":
        subject = said = rng.choice(list(W.CREATURES))
    elif kind == "role":
        subject = said = rng.choice(FINDABLE)
    elif kind == "name":
        subject = said = rng.choice(W.NAMES)
    elif kind == "unknown":
        subject = said = rng.choice(W.UNKNOWN)
    else:
        subject = said = None
    ask = rng.choice(FOLLOW_TEXT[intent] if follow else asks)
    if "{x}" in ask:
        ask = ask.format(x=said)
    if intent == "place" and npc.place and rng.random() < 0.5:
        ask = rng.choice(["Tell me about {p}.", "What is {p} like?", "What do you know about {p}?", "Describe {p}.", "Is {p} a good place to live?"]).format(p=npc.place)
    if intent in ("past", "who") and npc.role and rng.random() < 0.25:
        ask = rng.choice([f"How did you become {article(npc.role)}?", f"Why are you {article(npc.role)}?", "How long have you lived here?"])
        intent, answer = "past", a_past
    topic = f"{intent}/{subject or ''}"
    keys = {f"{npc.role}|{npc.temper}|{topic}", f"{npc.place}|{topic}"} if (npc.role and npc.temper) else set()
    return untidy(ask, rng), answer(npc, rng, subject), subject, keys


# Answers that repeat something from the prompt: a name, a place, a thing.
DRILL = ["who", "who", "greet", "place", "person", "unknown", "price", "lore", "creature", "work", "rumour"]


def dialogue(rng, drill=False):
    """With drill, a short dialogue whose answers copy from the prompt. Such copying is what a small
    model learns last, so the later part of the training mixes these in."""
    r = rng.random()
    bare = r < (0.03 if drill else 0.12)
    npc = Npc(rng, bare)
    messages, keys = [], set()
    prefix = ""
    if bare:
        if rng.random() < 0.4:
            messages.append(("system", rng.choice(BARE_SYSTEM)))
    else:
        text = persona(npc, rng)
        if rng.random() < 0.25:
            text += " " + rng.choice(EXTRA)
        if r < 0.18:
            prefix = text + " "  # some callers put the persona into the user message
        else:
            messages.append(("system", text))
    turns = rng.choices([1, 2, 3, 4, 6], [45, 25, 18, 9, 3])[0] if not drill else rng.choice([1, 2, 3])

    def any_intent():
        return rng.choice(DRILL) if drill else rng.choices(NAMES_OF_INTENTS, WEIGHTS)[0]

    intent, subject, follow = any_intent(), None, False
    for n in range(turns):
        ask, answer, subject, k = turn(npc, rng, intent, subject, follow)
        messages += [("user", prefix + ask), ("assistant", answer)]
        keys |= k
        prefix = ""
        after = FOLLOW.get(intent)
        follow = False
        if after and not drill and rng.random() < 0.6:
            intent = rng.choice(after)
            if intent.startswith("="):
                intent, follow = intent[1:], True
            else:
                subject = None
        else:
            intent, subject = any_intent(), None
    return messages, keys


def copying(rng):
    """A dialogue of nothing but repetition. Nearly every token of its answers has to be looked up in
    the prompt, which teaches that one skill in far fewer tokens than ordinary dialogues do."""
    npc = Npc(rng)
    messages = [("system", persona(npc, rng))] if rng.random() < 0.8 else []

    def word():
        other = Npc(rng)
        return rng.choice([other.name or "Mira", other.place or "Oakvale", rng.choice(W.UNKNOWN), rng.choice(list(ITEM_SELLER))])

    for _ in range(rng.choice([1, 2, 3])):
        options = [0, 0]
        if messages and messages[0][0] == "system":
            options += [1, 1, 1] * bool(npc.name) + [2, 2, 2] * bool(npc.place) + [3, 3] * bool(npc.name and npc.place)
        task = rng.choice(options)
        if task == 0:
            words = ", ".join(word() for _ in range(rng.randint(2, 5))) + "."
            turn = (rng.choice(["Repeat after me: ", "Repeat: ", "Say this: "]) + words, words)
        elif task == 1:
            turn = (rng.choice(["Say your name three times.", "Shout your name."]), f"{npc.name}, {npc.name}, {npc.name}!")
        elif task == 2:
            turn = (rng.choice(["Name your home.", "Only tell me the name of your home."]), f"{npc.place}. My home is {npc.place}.")
        else:
            turn = (rng.choice(["Name and home?", "Only your name and your home, please."]), f"{npc.name} of {npc.place}. I am {npc.name}.")
        messages += [("user", turn[0]), ("assistant", turn[1])]
    return messages, set()


def render(messages, add_generation_prompt=False):
    """ChatML, exactly as the chat template in the GGUF renders it."""
    text = "".join(f"<|im_start|>{role}\n{content}<|im_end|>\n" for role, content in messages)
    return text + "<|im_start|>assistant\n" if add_generation_prompt else text


def make(seed, count, validation=False, drill=0.0, copy=0.0):
    """count dialogues of the training set, or of the held-out set; copy is the share of pure copying,
    drill the share of drills in what remains."""
    rng = random.Random(seed)
    out = []
    while len(out) < count:
        if copy > 0 and rng.random() < copy:
            out.append(copying(rng)[0])
            continue
        messages, keys = dialogue(rng, drill > 0 and rng.random() < drill)
        if any(map(held_out, keys)) == validation:
            out.append(messages)
    return out


if __name__ == "__main__":
    for sample in make(7, 12):
        print(render(sample).replace("<|im_end|>", "").replace("<|im_start|>", "> "))
