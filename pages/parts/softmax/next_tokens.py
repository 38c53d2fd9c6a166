"""Made-up logits of next tokens, written by hand for this page, with the typical shape of a language model's."""

from __future__ import annotations

TOKENS = 50

CAPITAL = """
Paris 10.1 a 7.2 the 7.1 located 6.5 one 5.9 home 5.6 known 5.5 called 5.3 now 5.2 in 5.0 not 4.8 also 4.7 still 4.4 at 4.3
Lyon 4.2 very 4.1 an 4.0 named 3.9 where 3.8 Versailles 3.7 famous 3.6 about 3.5 situated 3.4 full 3.3 beautiful 3.2 visited 3.0
Marseille 2.9 of 2.8 as 2.7 always 2.6 well 2.5 on 2.4 surrounded 2.3 big 2.2 large 2.1 Bordeaux 2.0 expected 1.9 this 1.8
under 1.7 Nice 1.6 my 1.5 considered 1.4 London 1.3 currently 1.2 often 1.0 old 0.9 our 0.7 Rome 0.5 Berlin 0.3 cheese 0.0
"""
STORY = """
little 5.6 young 5.3 king 4.9 poor 4.7 man 4.6 beautiful 4.4 girl 4.3 woman 4.2 boy 4.1 princess 4.0 great 3.8 very 3.8
small 3.7 wise 3.5 rich 3.4 farmer 3.3 prince 3.2 time 3.1 queen 3.0 village 2.9 dragon 2.8 lonely 2.7 merchant 2.7
family 2.6 brave 2.5 cat 2.4 kingdom 2.4 fisherman 2.3 magical 2.2 fox 2.2 witch 2.1 house 2.0 clever 1.9 wolf 1.9
tiny 1.8 soldier 1.7 kind 1.6 miller 1.5 bear 1.4 mouse 1.4 wizard 1.3 castle 1.2 shepherd 1.1 tailor 1.0 bird 0.9
forest 0.8 giant 0.7 robot 0.4 tax 0.1 server -0.3
"""
COIN = """
heads 9.0 tails 8.9 head 4.6 tail 4.4 on 3.9 the 3.6 with 3.5 up 3.3 in 3.2 a 3.1 as 2.9 Heads 2.9 Tails 2.8 again 2.7 and 2.6
showing 2.5 right 2.3 lucky 2.2 to 2.2 at 2.0 for 2.0 face 1.9 just 1.8 blank 1.7 wrong 1.7 one 1.6 every 1.5 first 1.4 by 1.3
from 1.3 short 1.2 exactly 1.1 red 1.0 black 1.0 his 0.9 her 0.9 their 0.8 always 0.7 edge 0.7 sideways 0.6 fair 0.5 gold 0.4
empty 0.3 silver 0.2 both 0.1 double 0.0 never -0.1 neither -0.3 seven -0.6 rain -1.0
"""


def _read(text: str) -> list[tuple[str, float]]:
    words = text.split()
    return [(token, float(logit)) for token, logit in zip(words[::2], words[1::2], strict=True)]


PROMPTS = {
    "The capital of France is": _read(CAPITAL),
    "Once upon a time there was a": _read(STORY),
    "The coin came up": _read(COIN),
}
