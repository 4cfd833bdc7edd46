"""Greek and Latin parts of clinical words, in plain words: nephritis is of the kidney.

The parts and what they stand for are the project's own choice; they are common knowledge of medical terms.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from auditlib.evidence.words import stem

_ROOTS_TEXT: Final = """
nephr,pyelo,ren,renal: kidney
hepat: liver
gastr: stomach gastric
enter: intestine
col,colon: colon
cardi: heart
myocardi: heart myocardial
pericardi: pericardium heart
endocardi: endocardium heart
pneum,pulmon: lung pulmonary
encephal,cerebr: brain
mening: meninges
neur: nerve
myel: spinal marrow
oste: bone
arthr: joint
my: muscle
dermat,cutane: skin
ophthalm,ocul: eye
ot: ear
rhin: nose nasal
laryng: larynx
pharyng: pharynx
trache: trachea
bronch: bronchus
pleur: pleura
thorac: chest thorax
cholecyst: gallbladder
choledoch,cholang: bile duct
chol: bile gallbladder
cyst: bladder
ureter: ureter
urethr: urethra
prostat: prostate
orch,orchi,testic: testis
hyster,metr,uter: uterus
oophor,ovar: ovary
salping: fallopian tube
mast,mamm: breast
aden: gland
lymph: lymph
lymphaden: lymph node
splen: spleen
thyr,thyroid: thyroid
parathyr: parathyroid
pancreat: pancreas
appendic,append: appendix
proct,rect: rectum
hemat,hem: blood
angi,vascul: vessel
phleb,ven: vein
arteri: artery
aort: aorta
valvul: valve
thromb: thrombosis
embol: embolism
lith: calculus
spondyl,vertebr: spine vertebra
crani: skull head
odont,dent: tooth
gingiv: gum gingiva
stomat: mouth oral
gloss: tongue
esophag: esophagus
duoden: duodenum
jejun: jejunum
ile: ileum
periton: peritoneum
kerat,corne: cornea
conjunctiv: conjunctiva
retin: retina
uve: uvea
irid: iris
blephar: eyelid
dacry: lacrimal
vagin,colp: vagina
cervic: cervix neck
penil,balan: penis
scrot: scrotum
epididym: epididymis
glomerul: glomerular
hypophys,pituitar: pituitary
adren: adrenal
leuk,leukocyt: white blood
erythr: red
thrombocyt: platelet
glyc: glucose
natr: sodium
kal: potassium
calc: calcium
lip,lipid: lipid
albumin: protein
bacter: bacteria
fung,myc: mycosis fungus
vir: viral
tubercul: tuberculosis
psych: mental
ventricul: ventricle
atri: atrium
septic: sepsis
tox: toxic poisoning
carcin: malignant neoplasm
sarc: malignant neoplasm
fibr: fibrosis
aneurysm: aneurysm
ischem: ischemia
infarct: infarction
necro: necrosis
"""
_ENDINGS_TEXT: Final = """
itis,itic: inflammation infection
ectomy,ectomized: absence acquired
oma,omas: neoplasm tumor
emia: blood
uria: urine
algia,dynia: pain
pathy,opathy: disease disorder
megaly: enlarged
lithiasis,lith: calculus
penia: decreased
cytosis: elevated
plegia: paralysis
paresis: weakness paralysis
rrhagia: hemorrhage
rrhea: discharge
sclerosis: sclerosis
stenosis: stenosis stricture obstruction
ptosis: prolapse
stomy,ostomy: status
cele: hernia
phagia: swallowing
pnea: breathing
ectasis,ectasia: dilation
plasty,rrhaphy: repair
scopy,oscopy: examination
tomy,otomy: incision
osis,iasis,genic,ic,al,ous,ary,ar,eal,ial,otic:
"""
SPELLINGS: Final = (
    ("haem", "hem"),
    ("aemia", "emia"),
    ("oedem", "edem"),
    ("oesoph", "esoph"),
    ("rrhoea", "rrhea"),
    ("tumour", "tumor"),
    ("anaes", "anes"),
    ("paed", "ped"),
    ("caec", "cec"),
    ("leukaem", "leukem"),
)
"""British letters, and the American ones in their place."""
_SHORTEST_INNER_ROOT: Final = 4
_SHORTEST_TELLING_ENDING: Final = 4


def _read(text: str) -> dict[str, tuple[str, ...]]:
    meanings = {}
    for line in text.strip().splitlines():
        parts, _, words = line.partition(":")
        for part in parts.split(","):
            meanings[part] = tuple(map(stem, words.split()))
    return dict(sorted(meanings.items(), key=lambda item: -len(item[0])))


_ROOTS: Final = _read(_ROOTS_TEXT)
_ENDINGS: Final = _read(_ENDINGS_TEXT)


@lru_cache(maxsize=20_000)
def american(word: str) -> str:
    """Return a lower-case word as American code books spell it.

    Examples
    --------
    >>> american("haemorrhage"), american("oedema")
    ('hemorrhage', 'edema')
    """
    for british, spelled in SPELLINGS:
        word = word.replace(british, spelled)
    return word


def meanings_of_roots() -> Iterable[tuple[str, tuple[str, ...]]]:
    """Return the roots of words with the stems of what they stand for."""
    return _ROOTS.items()


def meanings_of_endings() -> Iterable[tuple[str, tuple[str, ...]]]:
    """Return the endings of words with the stems of what they stand for, if anything."""
    return _ENDINGS.items()


@lru_cache(maxsize=20_000)
def parts_of(word: str) -> tuple[str, ...]:
    """Return the stems of what the parts of a lower-case word stand for; none if no part is known.

    Examples
    --------
    >>> parts_of("nephrolithiasis") == (stem("kidney"), stem("calculus"))
    True
    >>> parts_of("table")
    ()
    """
    telling: tuple[str, ...] = ()
    for ending, meaning in _ENDINGS.items():
        if not word.endswith(ending) or len(word) < len(ending) + 2:
            continue
        front = word[: -len(ending)]
        for cut in dict.fromkeys((front, front.rstrip("oaei"))):
            for root, place in _ROOTS.items():
                if cut == root or (len(root) >= _SHORTEST_INNER_ROOT and cut.endswith(root)):
                    before = cut[: -len(root)].rstrip("o")
                    return tuple(dict.fromkeys((*_ROOTS.get(before, ()), *place, *meaning)))
        if len(ending) >= _SHORTEST_TELLING_ENDING:
            telling = telling or meaning
    return telling
