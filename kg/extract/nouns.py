"""Parts of speech, relations and words that tell what a noun phrase can name."""

NOMINAL = {"NOUN", "PROPN", "PRON", "NUM", "ADJ", "X", "DET"}
CLAUSAL = {"ccomp", "xcomp", "advcl", "acl", "acl:relcl", "parataxis", "conj", "csubj"}
#: Dependents of a noun that are part of its name or description.
INSIDE = {"det", "amod", "compound", "flat", "nmod:poss", "nmod:desc", "nummod", "case", "fixed", "punct", "goeswith"}
MILITARY = {"force", "troops", "troop", "military", "soldier", "serviceman", "army", "marine", "contingent", "sailor", "defence", "defense", "guard", "police"}
CRAFT = {"aircraft", "aviation", "quadcopter", "gunship", "fighter", "airman", "jet", "warplane", "plane", "bomber", "fighter-bomber", "helicopter", "drone", "artillery",
             "warship", "missile", "frigate", "destroyer", "submarine", "gunboat", "strike", "airstrike", "raid", "air", "gunner", "tank", "government", "authority"}
MEMBERS = {"jihadist", "insurgent", "guerrilla", "gang", "cell", "faction", "battalion", "brigade", "militia", "militiaman", "sniper", "crew",
            "operative", "terrorist", "mercenary", "gunner", "warrior", "division", "fighter", "member", "militant", "rebel", "gunman", "soldier", "troops", "unit", "force", "commander", "combatant"}
SIDES = {"coalition", "army", "navy", "rebel", "regime", "government", "junta"}
#: Of which an article that says "the alliance" has named one before.
BODIES = {"agency", "alliance", "army", "bloc", "coalition", "command", "committee", "council", "force", "government", "group",
          "junta", "military", "militia", "ministry", "mission", "movement", "navy", "network", "organisation", "organization", "party", "regime", "union"}
ENVOYS = {"delegate", "delegation", "negotiator", "representative"}
ASIDE = {"because", "after", "before", "since", "despite", "over", "about", "until", "following", "amid", "for"}
WHERE = {"in", "at", "along", "beside", "above", "behind", "beyond", "near", "over", "on", "around", "inside", "outside", "across", "off", "of", "from",
                       "to", "into", "toward", "towards", "against", "for", "through", "throughout", "within"}
