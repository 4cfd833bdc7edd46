"""How notes say what titles of diagnoses say: a line is what the title says, and the ways of notes to say it.

The pairs are the project's own choice.
"""

from __future__ import annotations

from typing import Final

_LINES: Final = """
weakness: asthenia, asthenic, adynamia, loss of strength, lack of strength, decreased strength, paresis
enlarged lymph nodes: adenopathy, adenopathies, lymphadenopathy, lymphadenopathies, lymph node enlargement
enlarged lymph nodes: lymphadenomegaly
localized enlarged lymph nodes: cervical adenopathy, inguinal adenopathy, axillary adenopathy, palpable node
localized enlarged lymph nodes: palpable nodes
gangrene: necrosis, necrotic, gangrenous
pallor: pale, paleness, pallid
illness: disease, diseases, pathology, pathologies, sick
infectious disease: infection, infections, infected, infectious
disorder: lesion, lesions, alteration, alterations, abnormality, anomaly, dysfunction, involvement, damage
injury: lesion, lesions, trauma, traumatism, traumatic, wound, contusion, injured
injury of unspecified body region: wound, wounds, trauma, contusion, contusions
swelling mass lump: mass, tumor, tumoration, tumefaction, tumescence, nodule, nodules, bulge, lump
swelling mass lump: formation
neoplasm of unspecified behavior: tumor, tumors, tumoral, neoplasia, neoplasm, neoplastic, mass
neoplasm of unspecified behavior: neoformation
malignant neoplasm: neoplasia, neoplastic, tumor, malignancy, carcinomatous, malignant
malignant neoplasm: squamous cell carcinoma, adenocarcinoma
malignant neoplasm kidney: renal cell carcinoma, renal carcinoma, hypernephroma, clear cell carcinoma
malignant neoplasm kidney: renal adenocarcinoma
malignant neoplasm bladder: urothelial carcinoma, transitional cell carcinoma, transitional carcinoma
malignant neoplasm bladder: bladder tumor
malignant neoplasm testis: seminoma, germ cell tumor, embryonal carcinoma, teratoma, germinal tumor
malignant neoplasm breast: ductal carcinoma, lobular carcinoma
malignant neoplasm liver cell carcinoma: hepatocarcinoma, hepatocellular carcinoma
malignant neoplasm brain: glioblastoma, glioma, astrocytoma
secondary malignant neoplasm: metastasis, metastases, metastatic, metastasized, secondary deposits
secondary malignant neoplasm lymph nodes: lymph node metastases, nodal metastasis, metastatic lymph nodes
scar: scar, scars, cicatricial, scarring, fibrosis, fibrous, fibrotic
pain: painful, ache, aches, aching, discomfort, algia, painless, pains
fever: febrile, feverish, pyrexia, temperature, temperatures, afebrile, febricula, hyperthermia
chills: shivering, shivers, rigors
edema: edematous, swelling, swollen, edemas
localized swelling: tumefaction, swelling, swollen, tumefactions
erythematous: erythema, reddening, redness, hyperemia, hyperemic
rash skin eruption: exanthema, exanthem, rash, eruption, eruptions, lesions on the skin, skin lesions
rash skin eruption: maculopapular
pruritus: itching, itchy, itch, pruritic
spontaneous ecchymoses: petechiae, petechial, ecchymosis, ecchymotic, hematomas, purpuric
changes in skin texture: desquamation, induration, indurated, scaling, hardening
paresthesia: paresthesias, tingling, numbness, pins and needles
anesthesia of skin hypoesthesia: hypoesthesia, numbness, hypoesthetic, loss of sensation
disturbances of skin sensation: hypoesthesia, dysesthesia, sensory, sensitivity, sensory loss
disturbances of skin sensation: sensory deficit
hyperventilation tachypnea: tachypnea, tachypneic, polypnea
dyspnea shortness of breath: dyspneic, breathlessness, respiratory distress, respiratory difficulty
dyspnea shortness of breath: difficulty breathing, air hunger
respiratory failure: respiratory insufficiency, respiratory arrest
other abnormalities of breathing: breath sounds, hypoventilation, crackles, wheezing, rhonchi, rales
abnormal chest sounds: crackles, rhonchi, rales
cough: coughing, expectoration
abnormal sputum: expectoration, sputum
elevated white blood cell count: leukocytosis, leukocytes, leucocytosis, white cells
genetic anomalies of leukocytes: leukocytosis
decreased white blood cell count: leukopenia, leucopenia
elevation of levels of transaminase lactic acid dehydrogenase: transaminases, hypertransaminasemia, got, gpt
elevation of levels of transaminase lactic acid dehydrogenase: ldh, alt, ast, elevated liver enzymes
abnormal levels of serum enzymes: alkaline phosphatase, ggt, amylase, elevated lipase, cpk
elevated c-reactive protein: crp, c reactive protein
elevated erythrocyte sedimentation rate: esr, sedimentation rate
elevated prostate specific antigen: psa
abnormal tumor markers: cea, alpha fetoprotein, tumor markers, afp
abnormal immunological findings in serum: antinuclear antibodies, ana, positive antibodies
other nonspecific abnormal finding of lung field: pulmonary infiltrate, infiltrate, infiltrates
other nonspecific abnormal finding of lung field: lung nodules, pulmonary nodules, pulmonary nodule
other nonspecific abnormal finding of lung field: pulmonary opacity
solitary pulmonary nodule: lung nodule, pulmonary nodule
pneumonia: pneumonic, lung infection, condensation, consolidation, respiratory infection, bronchopneumonia
bacterial infection: bacteremia, gram negative, gram positive, bacterial
noninfective gastroenteritis colitis: diarrhea, enteritis, colitis, gastroenteritis, enterocolitis
diarrhea: diarrheal, loose stools, liquid stools, diarrhoeal
functional diarrhea: diarrhea, liquid stools
hyperlipidemia: dyslipidemia, dyslipemia, dyslipidaemia, hyperlipemia, hypercholesterolemia
hypercholesterolemia: cholesterol
peritonitis: peritoneal, peritoneal irritation
abdominal distension: distended abdomen, abdominal distension, bloating, distended, distension, meteorism
abdominal pain: abdominal discomfort, epigastric pain, pain in the abdomen, colicky pain, hypogastric pain
left lower quadrant pain: left iliac fossa, left lower quadrant
right lower quadrant pain: right iliac fossa, right lower quadrant
right upper quadrant pain: right hypochondrium, right upper quadrant
left upper quadrant pain: left hypochondrium, left upper quadrant
epigastric pain: epigastralgia, epigastrium
pelvic perineal pain: hypogastrium, hypogastric, pelvic pain, perineal
abdominal tenderness: painful on palpation, pain on palpation, tenderness on palpation, tender to palpation
renal colic: renal colic, nephritic colic, flank pain, lumbar pain, renoureteral colic
low back pain: lumbago, lumbar pain, back pain, lumbalgia, low back
dorsalgia: back pain
mortality death: died, death, exitus, deceased, dies, demise
herpesviral infection: herpes simplex, herpes, herpetic
zoster: herpes zoster, varicella zoster, shingles
cytomegaloviral disease: cytomegalovirus, cmv
human immunodeficiency virus: hiv, aids, seropositive
toxoplasmosis: toxoplasma, toxoplasmic
tuberculosis: tuberculous, mycobacterium, koch, ziehl
candidiasis: candida, candidal
brucellosis: brucella
syphilis: treponema, luetic, vdrl
methicillin susceptible staphylococcus aureus: staphylococcus aureus, s aureus
pneumocystosis: pneumocystis, jirovecii, carinii
escherichia coli: e coli, coli
hepatitis c: hcv
hepatitis b: hbv, hbsag, hepatitis b surface
aspergillosis: aspergillus
echinococcosis: hydatid, echinococcus
mycosis: fungal, fungus, fungi
splenomegaly: enlarged spleen, hepatosplenomegaly
hepatomegaly: enlarged liver, hepatosplenomegaly
disorder of bilirubin metabolism: bilirubin, hyperbilirubinemia
jaundice: jaundiced, icterus, icteric, conjunctival jaundice, yellowing
inflammatory liver disease: hepatitis, viral hepatitis
cirrhosis of liver: cirrhotic, liver cirrhosis
ascites: ascitic
cholelithiasis calculus gallbladder: gallstones, lithiasis, cholelithiasis
obstruction of bile duct: biliary obstruction, biliary dilatation, choledochal
embolism thrombosis vein: thrombosis, venous thrombosis, thrombus, thrombosed, thromboembolism
embolism thrombosis vein: phlebothrombosis
embolism thrombosis deep veins lower extremity: dvt, deep vein thrombosis, deep venous thrombosis
pulmonary embolism: pulmonary thromboembolism, pte, embolic
hyperuricemia: uric acid, hyperuricemia
nicotine dependence: smoker, smoking, tobacco, cigarettes, cigarette, smokes, packs
nicotine dependence cigarettes: smoker, cigarettes, packs a day, smokes
personal history of nicotine dependence: ex smoker, former smoker, exsmoker
alcohol abuse: alcohol, alcoholic, alcoholism, drinker, ethylism, enolism
alcohol dependence: alcoholic, alcoholism
paralytic syndrome: paralysis, palsy, paralyzed, paralytic
hemiplegia: hemiparesis, hemiplegic
facial weakness: facial paralysis, facial palsy
bells palsy: facial paralysis, facial palsy, peripheral facial
polyneuropathy: neuropathy, peripheral neuropathy, neuropathic
dehydration: dehydrated, dry mucous membranes
volume depletion: hypovolemia, dehydrated
epilepsy: epileptic, seizures, seizure, convulsive
convulsions: seizure, seizures, convulsive, convulsion, fits
abnormal reflex: reflexes, hyperreflexia, areflexia, babinski, hyporeflexia
arteritis vasculitis: vasculitis, angiitis
absence cervix uterus: hysterectomy, hysterectomized
absence of kidney: nephrectomy, nephrectomized
absence of breast: mastectomy
absence of parts digestive tract: gastrectomy, cholecystectomy, colectomy, appendectomy, cholecystectomized
absence of organ: splenectomy, appendectomy, prostatectomy
frequency of micturition: pollakiuria, polaquiuria, urinary frequency, frequent urination
dysuria painful micturition: dysuria, stinging on urination, burning on urination, voiding discomfort
dysuria painful micturition: micturition syndrome
urgency of urination: urgency, urinary urgency, voiding urgency
retention of urine: urinary retention, acute retention, anuria
hematuria: haematuria, bloody urine, red blood cells in urine
gross hematuria: macroscopic hematuria, macroscopic haematuria, gross haematuria
proteinuria: albuminuria, protein in urine
oliguria anuria: anuria, oliguric, anuric, diuresis
polyuria: polyuric
lower urinary tract symptoms: voiding symptoms, prostatism, luts
benign prostatic hyperplasia: bph, prostatic adenoma, adenoma of the prostate, enlarged prostate
benign prostatic hyperplasia: prostatic hypertrophy
calculus kidney: lithiasis, lithiasic, nephrolithiasis, renal lithiasis, renal stones, stone, stones
calculus kidney: urolithiasis
calculus ureter: ureteral lithiasis, ureteral stone, ureterolithiasis
hydronephrosis: ureterohydronephrosis, pyelocaliceal dilatation, dilatation of the renal
hydronephrosis: hydroureteronephrosis, ectasia
urinary tract infection: urinary infection, urinary infections, urine culture, cystitis
kidney failure: renal insufficiency, renal failure, uremia
chronic kidney disease: chronic renal failure, chronic renal insufficiency, crf
end stage renal disease: hemodialysis, peritoneal dialysis, terminal renal
renal dialysis dependence: hemodialysis, dialysis
transplant status: transplant, transplanted, transplantation, graft
disorder of kidney ureter: renal mass, renal lesion, kidney mass, renal tumor, ureteral, renal
cyst of kidney: renal cyst, renal cysts, cystic lesion
atrophy of kidney: renal atrophy, atrophic kidney
disorder of male genital organs: testicular, scrotal, testicle, penile, testicular mass
disorders of penis: penile
erectile dysfunction: impotence
scrotal varices: varicocele
noninflammatory disorders of testis: testicular mass, testicular enlargement
epididymitis orchitis: orchiepididymitis, epididymo orchitis
abnormal weight loss: weight loss, lost weight, loss of weight, slimming, kg loss
abnormal weight gain: weight gain, gained weight
anorexia: loss of appetite, hyporexia, lack of appetite, inappetence
malaise fatigue: malaise, fatigue, general malaise, poor general condition, tiredness, general discomfort
malaise fatigue: fatigability
nausea vomiting: nauseas, vomits, vomited, emesis
osteoarthritis: arthrosis, gonarthrosis, coxarthrosis, degenerative
pain in joint: arthralgia, arthralgias, joint pain
pain in knee: gonalgia, knee pain
myalgia: muscle pain, myalgias
muscle weakness: muscular weakness, loss of muscle strength
burn: burned, burns, scald
intellectual disabilities: mental retardation, psychomotor retardation, retardation
lack of normal physiological development: growth retardation, psychomotor delay, developmental delay
osteoporosis: osteoporotic
cyanosis: cyanotic
congenital facial asymmetry: facial asymmetry
general symptoms: general condition, constitutional syndrome
hemorrhage: bleeding, bled, hemorrhagic, hematoma, hemorrhages
anemia: anemic, hemoglobin, hb
iron deficiency anemia: iron deficiency, ferropenic, microcytic
acute posthemorrhagic anemia: anemia, anemization
respiratory neoplasm: lung mass, pulmonary mass
acute appendicitis: appendicitis, appendicular
hemoperitoneum: hemoperitoneum, free fluid
dizziness giddiness: vertigo, dizzy, unsteadiness, instability, lightheadedness
headache: cephalea, cephalalgia, headaches, cephalgia, hemicranial
current use of anticoagulants: acenocoumarol, sintrom, heparin, anticoagulated, anticoagulation
current use of anticoagulants: anticoagulant
current use of systemic steroids: corticosteroids, corticoids, prednisone, methylprednisolone, dexamethasone
current use of systemic steroids: steroid, corticotherapy
current use of antithrombotics antiplatelets: clopidogrel, antiplatelet, antiaggregant
current use of aspirin: acetylsalicylic, aspirin, asa
current use of insulin: insulin
adverse effect: toxicity, side effect, secondary to treatment, reaction to
wheelchair dependence: wheelchair
myocardial infarction: ami, infarct, heart attack, infarction
atherosclerotic heart disease coronary artery: ischemic heart disease, coronary disease
atherosclerotic heart disease coronary artery: coronary heart disease, ischaemic heart disease
heart disease: cardiopathy, heart disease
heart failure: cardiac insufficiency, cardiac failure, congestive
cardiac murmur: murmur, murmurs
cardiomegaly: enlarged heart, cardiac enlargement
tachycardia: tachycardic, heart rate
hypotension: hypotensive, low blood pressure
hypertension: hypertensive, arterial hypertension, high blood pressure, aht, antihypertensive
hypertensive chronic kidney disease: hypertension, nephroangiosclerosis
type 2 diabetes mellitus: diabetes, diabetic, dm
hyperglycemia: glycemia, elevated glucose, blood glucose
obesity: obese
hypothyroidism: hypothyroid, levothyroxine
thyrotoxicosis: hyperthyroidism
hypo-osmolality hyponatremia: hyponatremia, low sodium
acidosis: metabolic acidosis, acidotic
hyperkalemia: hyperpotassemia
hypokalemia: hypopotassemia
hypercalcemia disorder calcium metabolism: hypercalcemia, hypocalcemia, calcemia
disorders of phosphorus metabolism: hypophosphatemia, hyperphosphatemia
thrombocytopenia: low platelets, thrombopenia, plateletopenia, platelets
coagulation defect: coagulopathy, inr
sepsis: septic, septicemia, septic shock
severe sepsis shock: septic shock
shock: hemodynamic instability
legionnaires: legionella
anogenital warts: condyloma, condylomas, condylomata, condyloma acuminatum
hpv papillomavirus: hpv, papillomavirus
loss of consciousness syncope: syncope, syncopal, lost consciousness, loss of consciousness, fainting
somnolence: drowsy, drowsiness, sleepiness, somnolent
disorientation: disoriented, confusion, confusional, confused
coma: comatose, glasgow
altered mental status: decreased consciousness, level of consciousness
hallucinations: hallucinatory
restlessness agitation: agitated, agitation, restless
anxiety: anxious, anxiolytic
depressive: depression, depressed, antidepressant
dementia: alzheimer, cognitive impairment
visual loss: loss of vision, decreased vision, visual acuity, blindness, vision loss
visual loss: decreased visual acuity, loss of visual acuity
visual disturbance: blurred vision, visual acuity, diplopia
subjective visual disturbances: blurred vision, photopsia, myodesopsia, metamorphopsia
visual discomfort: photophobia
ocular pain: eye pain, eyeball pain
diplopia: double vision
exophthalmos: proptosis
nystagmus: nystagmic
iridocyclitis: uveitis, anterior uveitis, iritis
chorioretinal inflammation: posterior uveitis, chorioretinitis, choroiditis
retinal detachment: detachment of the retina
optic papilla papilledema: papilledema, papillary edema
vitreous opacities hemorrhage: vitritis, vitreous
corneal edema keratitis: keratitis, corneal ulcer, corneal
ptosis of eyelid: ptosis, palpebral ptosis, eyelid drooping
lack of coordination: ataxia, dysmetria, ataxic, incoordination
abnormalities of gait mobility: gait, limp, lameness, walking difficulty, ambulation
tremor: tremors, trembling
speech disturbance: dysarthria, aphasia, dysphasia, slurred speech
dysphagia: difficulty swallowing, odynophagia, swallowing
dysphonia: hoarseness, hoarse, aphonia
nonscarring hair loss: alopecia, hair loss
disorder of pigmentation: hyperpigmentation, hypopigmentation, hyperpigmented, pigmented, pigmentation
hyperhidrosis: sweating, sweats, diaphoresis, sweaty
disorder of skin subcutaneous tissue: skin lesion, skin lesions, cutaneous lesion, cutaneous lesions, papule
disorder of skin subcutaneous tissue: plaque, papules, plaques, ulcerated
granulomatous disorder: granuloma, granulomas, granulomatous
ulcer of skin: ulceration, ulcerated, ulcers, ulcer
cutaneous abscess: abscess, collection, abscesses, purulent, pus
cellulitis: phlegmon
periapical abscess: dental abscess, odontogenic
embedded impacted teeth: impacted, third molar, included tooth, retained tooth
loss of teeth: edentulous, missing teeth
benign neoplasm jaw: odontoma, ameloblastoma, ameloblastic
diseases of jaw: mandibular, maxillary, osteolytic, radiolucent, jaw lesion
stomatitis lesion oral mucosa: oral ulcers, aphthae, aphthous, mucositis, oral lesions
diseases of lips: lip lesion, cheilitis
salivary secretion: xerostomia, dry mouth, sialorrhea
disorders of teeth: dental
excessive frequent menstruation: menorrhagia, metrorrhagia, hypermenorrhea
abnormal uterine vaginal bleeding: metrorrhagia, vaginal bleeding
pregnant state: pregnant, pregnancy, gestation
delivery: cesarean, caesarean
premenstrual menopausal: menopause, menopausal, postmenopausal
radiographic dye allergy: iodinated contrast
allergy status: allergic, allergy, allergies
allergy to penicillin: penicillin
fracture: fractured, fractures, broken
dislocation: luxation, dislocated
displacement: dislocated, displaced
disc displacement: herniated disc, disc herniation, hernia discal
spinal stenosis: canal stenosis
compression of spinal cord: cord compression, spinal cord compression, myelopathy
scoliosis kyphosis: scoliotic, kyphotic
gastrointestinal hemorrhage: digestive bleeding, digestive hemorrhage, gastrointestinal bleeding
gastrointestinal hemorrhage: upper gastrointestinal
melena: black stools, tarry stools, rectorrhagia
hemorrhage of anus rectum: rectorrhagia, rectal bleeding
constipation: constipated
intestinal obstruction: bowel obstruction, occlusion, ileus, obstructive
perforation intestine: perforated, perforation
diaphragmatic hernia: hiatus hernia, hiatal hernia
ventral incisional hernia: eventration
diverticulosis: diverticula, diverticulum
polyp colon: polyps, polypoid
disorder of stomach duodenum: gastropathy, gastric lesion
ulcerative colitis: inflammatory bowel
fistula: fistulous, fistulas
stricture: stenosis, strictured, narrowing
cerebral infarction: stroke, cerebrovascular accident, ischemic stroke, cva, ictus
intracranial hemorrhage: cerebral hematoma, intracerebral hematoma, cerebral hemorrhage
hydrocephalus: ventricular dilatation
meningitis: meningeal
pleural effusion: pleural fluid, effusion
pneumothorax: collapsed lung
chronic obstructive pulmonary disease: copd, chronic bronchitis, emphysema
asthma: asthmatic
bronchiectasis: bronchiectasia
atelectasis: pulmonary collapse, atelectatic
obstructive sleep apnea: osahs, osas, sleep apnea
atrial fibrillation: fibrillation, acxfa
aneurysm: aneurysmal, aneurysms
pseudoaneurysm: pseudoaneurysm
atherosclerosis: arteriosclerosis, atheromatous, atheromatosis
peripheral vascular disease: ischemia, claudication, arteriopathy
varicose veins: varices, varicose
hyperplasia: hypertrophy, hyperplastic
hypertrophy: hypertrophic, enlargement, enlarged
rheumatoid arthritis: rheumatoid
systemic lupus erythematosus: lupus
crystal gout: gouty
sarcoidosis: sarcoid
amyloidosis: amyloid
vitamin deficiency: hypovitaminosis
malnutrition: malnourished, undernutrition, denutrition, cachexia, cachectic
hypoalbuminemia plasma protein: hypoproteinemia, albumin, hypoalbuminemia
abnormal plasma proteins: hypoalbuminemia, paraprotein, monoclonal
multiple myeloma: myeloma
lymphoma: lymphomatous, hodgkin
leukemia: leukaemic, blasts
personal history malignant neoplasm: history of cancer, operated on for cancer
presence prosthesis implant: prosthesis, prosthetic, implant, implants, catheter, stent
presence cardiac pacemaker: pacemaker
contact exposure: contact with, exposed
complication of procedure: postoperative, after surgery, intraoperative, iatrogenic
infection following procedure: surgical wound infection, wound infection
fall: fell, falls, falling
traffic accident: traffic accident, road accident, car accident
foreign body: foreign object
hypoxemia: desaturation, hypoxia, oxygen saturation
mass in breast: breast nodule, breast lump
nonrheumatic mitral valve: mitral insufficiency, mitral regurgitation
nonrheumatic aortic valve: aortic stenosis, aortic insufficiency
pericardial effusion: pericardial, tamponade
sexual dysfunction: impotence
"""


def _read() -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for line in _LINES.strip().splitlines():
        title, _, ways = line.partition(": ")
        for way in ways.split(", "):
            words = tuple(way.split())
            found[words] = f"{found[words]} {title}" if words in found else title
    return found


PARAPHRASES: Final = _read()
"""Words of notes in order, lower case, with the words of titles that they may stand for."""
