"""What the rules on authority say, and how plans print the names of agencies."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.words.rules import RuleWords

__all__ = [
    "ABOVE", "AUTHORITY", "COMPULSORY", "ENDS", "EXECUTION", "GENERAL", "GOVERNMENT", "OFFICE", "ORGAN", "PEOPLES", "PHRASES", "STARTS", "TAKING", "TIER",
    "TIERS", "VAGUE_NAME",
]  # fmt: skip

#: How the levels of administration begin an agency's name.
TIERS: Mapping[str, str] = {
    "township": "各?镇|乡|街道",
    "district": "本级|区(?!域)|县",
    "city": "市(?!场)|州",
    "province": "省",
    "state": "国家|中央|全国",
    "above": "上级",
}
TIER = r"^(各?镇|乡|街道|[区县市省]级|本级|国家|中央|全国|上级|省|市(?!场)|州|县|区(?!域)|各)"
#: Names of what stands above the district, whichever it is.
ABOVE = r"^(省|市(?!场)|州|国家|中央|全国|上级)"
#: How names of agencies end.
ORGAN = "主管部门|部门|机构|机关|委员会|办公室|分公司|公司|分局|总局|局|厅|中心|总站|站|大队|支行|单位"
#: What follows the name of a body in that of its office.
OFFICE = "办公室|办"
#: Names that leave open who is meant.
VAGUE_NAME = "有关|相关|其他|其它|^各部门|^省市$|^单位$"
#: The head of a plan's general part: what is said there is principle.
GENERAL = "总则"
#: How clauses and forms speak of starting and of ending.
STARTS = "启动"
ENDS = "终止|结束|解除"
#: What supervision of a plan's execution is said to be of.
EXECUTION = "预案"
#: Objects that show an allocation to be compulsory and no mere share-out.
COMPULSORY = "统一|定量|限量|强制|计划供应"
#: Objects that speak of taking what belongs to others.
TAKING = "征用|征收|销毁"
#: How a government is named, which the law lets requisition.
GOVERNMENT = "政府"
PEOPLES = "人民"

PHRASES: Mapping[str, tuple[str, str]] = {
    "and": ("和", " and "),
    "clause-by": ("{clause}{who}", "{clause} {who}"),
    "clause-says": ("{clause} {acts}", "{clause} {acts}"),
    "done": ("{object}（{verb}）", "{verb}: {object}"),
    "done-in-words": ("{object}", "{verb}: {object}"),
    "in-hand": ("{levels}由{who}", "{levels} by {who}"),
    "more-clauses": ("另有{n}条", "and {n} more clauses"),
    "next-act": ("，", " / "),
    "owed": ("{acts}（{clauses}，{who}）", "{acts} ({clauses}: {who})"),
}

_REQUISITION = ("突发事件应对法（2007年）第十二、五十二条", "Emergency Response Law 2007, art. 12, 52")
_REVIEWED = ("突发事件应急预案管理办法（国办发〔2024〕5号）第二十四条", "Rules on plan management, 国办发〔2024〕5号, art. 24")
_CONSULTED = ("突发事件应急预案管理办法（国办发〔2024〕5号）第二十二条", "Rules on plan management, 国办发〔2024〕5号, art. 22")

AUTHORITY: Mapping[str, RuleWords] = {
    # --- who decides
    "ended-by-another": RuleWords(
        ("谁启动、谁指挥，终止就应由谁决定，否则一方还在处置，另一方已宣布结束", "Whoever starts or commands a response also ends it, else one declares the end while the other is still at work"),
        ("{levels}启动或指挥，{clauses}却不分级别都由{enders}终止", "Levels are started or commanded by other bodies ({levels}), yet {clauses} has one end every level: {enders}"),
        ("分级写明由谁终止：哪一级由谁启动或指挥，就由谁宣布，或由其授权{enders}宣布", "State the end level by level: whoever starts or commands a level ends it, or empowers this body to: {enders}"),
        _REVIEWED,
    ),
    "two-deciders": RuleWords(
        ("同一件事几条各交给不同的机构决定，到时会各等各的，或作出两个决定", "Where clauses leave one matter to different bodies, each waits for the other or two decisions are taken"),
        ("{value}由谁决定或研究，各条不一：{pairs}", "Clauses differ on who decides or considers ({value}): {pairs}"),
        ("只留一个决定者，其余写明是建议、审核还是报备，审批表的签批栏与正文一致", "Keep one decider; say of the others whether they propose, examine or are told, and make the form agree with the text"),
        _REVIEWED,
    ),
    "two-deciders:announce": RuleWords(
        ("同一件事几条各交给不同的机构决定，到时会各等各的，或作出两个决定", "Where clauses leave one matter to different bodies, each waits for the other or two decisions are taken"),
        ("{value}由谁宣布，各条不一：{pairs}", "Clauses differ on who announces ({value}): {pairs}"),
        ("只写一个机构宣布，其余不再写宣布", "Have one body announce it and take the word out elsewhere"),
        _REVIEWED,
    ),
    "started-by-another": RuleWords(
        ("启动的不指挥，指挥的不启动，启动之后由谁负责便有争议", "Where one starts and another commands, who is responsible from then on is open"),
        ("{level}由{starters}启动，却由{commanders}指挥，两者没有上下级关系（{clauses}）", "{level} is started by one body ({starters}) and commanded by another ({commanders}) that is not under it ({clauses})"),
        ("由指挥的机构启动，或写明{starters}启动后交由{commanders}指挥", "Let the one that commands start it, or say that the first hands over to the second: {starters}, {commanders}"),
        _REVIEWED,
    ),
    "decision-without-actor:unsaid": RuleWords(
        ("没有写由谁作出的决定没有人会作", "A decision nobody is named for is taken by nobody"),
        ("{clauses}的“{steps}”没有写由谁作出", "{clauses} names nobody for “{steps}”"),
        ("写明由谁作出", "Name who does it"),
    ),
    "decision-without-actor": RuleWords(
        ("没有写由谁作出的决定没有人会作", "A decision nobody is named for is taken by nobody"),
        ("{values}由谁认定或决定没有写明：{clauses}的“{steps}”没有写由谁作出", "No clause says who determines or decides this: {values}; {clauses} names nobody for “{steps}”"),
        ("写明由谁认定或决定、依据什么、报谁", "State who determines or decides, by what, and to whom it is reported"),
        _REVIEWED,
    ),
    "decision-without-actor:beside": RuleWords(
        ("没有写由谁作出的决定没有人会作", "A decision nobody is named for is taken by nobody"),
        ("{values}由谁认定没有写明：{clauses}的“{steps}”句中没有主语，同条另写有{who}，是否即由其认定没有说明", "No clause says who determines this: {values}; {clauses} names nobody for “{steps}”, while the clause is about others ({who}), and whether they are meant is not said"),
        ("写明由谁认定、依据什么、报谁", "State who determines it, by what, and to whom it is reported"),
        _REVIEWED,
    ),
    "decision-without-actor:no-step": RuleWords(
        ("没有写由谁作出的决定没有人会作", "A decision nobody is named for is taken by nobody"),
        ("{values}由谁决定没有写明：{clauses}所写各步没有一步是作出决定", "No clause says who decides this: {values}; of the steps in {clauses} none is the decision"),
        ("写明由谁决定、依据什么、报谁", "State who decides, by what, and to whom it is reported"),
        _REVIEWED,
    ),
    "decision-without-actor:elsewhere": RuleWords(
        ("没有写由谁作出的决定没有人会作", "A decision nobody is named for is taken by nobody"),
        ("{clauses}没有写由谁作出，只有{others}写明是{who}", "{clauses} does not say by whom; only {others} names who decides: {who}"),
        ("在{clauses}写明{who}，与{others}用同一个词", "Name the same decider in {clauses}, in the same words as {others}: {who}"),
    ),
    "grade-without-assessor": RuleWords(
        ("响应随事件等级而定，等级由谁认定没有写明，响应就无从启动", "The response hangs on the grade; where nobody determines the grade it cannot be started"),
        ("{clauses}定了{scheme}的标准，{resting}以之为准，全文没有写由谁认定等级", "{clauses} sets the standards and {resting} rests on them; no clause says who determines the grade: {scheme}"),
        ("写明由谁会商认定等级、何时认定、情况变化时由谁调整", "State who determines the grade, when, and who changes it as things change"),
        _REVIEWED,
    ),
    "imposed-by-whom": RuleWords(
        ("上级宣布的状态牵动本级的措施，由谁宣布、何时算知道没有写明，措施就不知何时开始", "Measures here hang on a state declared above; where nobody says who declares it, nobody knows when they begin"),
        ("{clauses}随“{state}”而定，由谁宣布、怎样算已进入没有写明", "What {clauses} orders hangs on a state imposed from above ({state}); who declares it and from when it holds is not said"),
        ("写明由哪一机构宣布、以何种通知为准、是否另须本级决定", "State who declares it, which notice counts, and whether a decision here is needed as well"),
    ),
    "proposal-never-decided": RuleWords(
        ("只有建议而没有决定的措施停在建议上", "A measure that is proposed and never decided on stops there"),
        ("{clause}向{to}建议：{matters}；由谁决定、由谁执行没有写明", "{clause} puts matters to an authority ({to}) and no clause says who decides and who carries them out: {matters}"),
        ("写明{to}如何决定、多久答复、批准后由谁执行", "State how it decides, how soon, and who carries out what it grants: {to}"),
        _REVIEWED,
    ),
    # --- measures that compel
    "compelling-without-authority": RuleWords(
        ("限制他人的措施必须有明确的决定者，否则执行的人没有权限，被限制的人可以不从", "A measure that binds others needs a named authority: without one nobody may enforce it and nobody need obey"),
        ("以下条款有限制他人的措施，没有写明由谁决定、由谁实施：{measures}", "Clauses with measures that bind others name nobody who decides or carries them out: {measures}"),
        ("逐项写明由谁决定、由谁实施、依据哪部法律", "For each say who decides, who carries it out and by which law"),
        _REVIEWED,
    ),
    "compelling-without-authority:beside": RuleWords(
        ("限制他人的措施必须有明确的决定者，否则执行的人没有权限，被限制的人可以不从", "A measure that binds others needs a named authority: without one nobody may enforce it and nobody need obey"),
        ("以下条款限制他人的措施句中没有写由谁决定、由谁实施，同条或上文另写有{who}，是否即由其实施没有说明：{measures}", "Measures that bind others stand in sentences that name nobody, while others are named beside or above ({who}); whether these are meant is not said: {measures}"),
        ("逐项写明由谁决定、由谁实施、依据哪部法律", "For each say who decides, who carries it out and by which law"),
        _REVIEWED,
    ),
    "compelling-without-authority:vague": RuleWords(
        ("限制他人的措施必须有明确的决定者，否则执行的人没有权限，被限制的人可以不从", "A measure that binds others needs a named authority: without one nobody may enforce it and nobody need obey"),
        ("以下限制他人的措施只写由“{who}”实施，没有写明是哪些单位、由谁批准：{measures}", "Measures that bind others are left to “{who}”; which agencies are meant and who approves is not said: {measures}"),
        ("列明单位，逐项写明由谁批准、依据哪部法律", "Name the agencies, and for each measure who approves it and by which law"),
        _REVIEWED,
    ),
    "requisition-without-approval": RuleWords(
        ("征用须由人民政府决定，部门自行征用没有依据", "Requisition takes a decision of the government; a department has no ground for it alone"),
        ("{clause}由{who}征用（{object}），没有写由人民政府决定", "{clause} has an agency requisition ({who}: {object}) without a decision of the government"),
        ("写明由人民政府决定征用，{who}具体实施，开具凭证", "State that the government decides and that this agency carries it out against a receipt: {who}"),
        _REQUISITION,
    ),
    "requisition-without-approval:elsewhere": RuleWords(
        ("征用须由人民政府决定，部门自行征用没有依据", "Requisition takes a decision of the government; a department has no ground for it alone"),
        ("{clause}由{who}征用（{object}），没有写批准；{others}的征用却须经人民政府批准", "{clause} has an agency requisition ({who}: {object}) without approval, while under {others} requisition needs the government's"),
        ("统一写为经人民政府批准后征用，{who}只负责实施，开具凭证", "Have the government approve in both clauses and this agency only carry it out, against a receipt: {who}"),
        _REQUISITION,
    ),
    "taking-without-compensation": RuleWords(
        ("征用他人财物须返还或补偿，不写补偿，被征用的人不会配合", "What is requisitioned is returned or paid for; where a plan is silent on it, owners will not comply"),
        ("动用他人财物而全文没有补偿的规定：{takings}", "Other people's property is taken and no clause compensates for it: {takings}"),
        ("写明由谁补偿、按什么标准、多久付清，用后返还", "State who compensates, by what standard and how soon, and that things are returned after use"),
        _REQUISITION,
    ),
    "taking-without-compensation:at-will": RuleWords(
        ("征用他人财物须返还或补偿，补偿不是酌情的事", "What is requisitioned is returned or paid for; compensation is no matter of discretion"),
        ("{clauses}只写视情况补贴或补偿，没有写应当补偿；涉及征用、销毁的是：{takings}", "Under {clauses} a subsidy or compensation is given as seen fit and not as due; what is taken or destroyed: {takings}"),
        ("写明征用、销毁的应予补偿，以及标准、期限和由谁支付；并写明征用、销毁由谁决定", "State that what is taken or destroyed is compensated, by what standard, when and by whom, and who orders the taking"),
        _REQUISITION,
    ),
    # --- who acts
    "measure-without-actor": RuleWords(
        ("没有写由谁实施的措施，启动后没有人动手", "A measure nobody is named for is begun by nobody"),
        ("以下措施没有写明由谁实施：{measures}", "Measures for which the clause names nobody: {measures}"),
        ("逐项写明牵头单位和配合单位，或写一条：未写明的由办公室组织实施", "Name who leads and who helps for each, or add a clause that the office sees to what names nobody"),
        _CONSULTED,
    ),
    "measure-without-actor:beside": RuleWords(
        ("没有写由谁实施的措施，启动后没有人动手", "A measure nobody is named for is begun by nobody"),
        ("以下措施句中没有写由谁实施，同条或上文另写有{who}，是否即由其实施没有说明：{measures}", "Measures in sentences that name nobody, while others are named beside or above ({who}); whether these are meant is not said: {measures}"),
        ("逐项写明由谁实施", "Name for each who carries it out"),
        _CONSULTED,
    ),
    "measure-left-to-duty": RuleWords(
        ("措施没有写由谁实施，只能从职责条款去推，推得不对就没有人做", "Where a measure names nobody, who acts must be inferred from the duties; a wrong guess leaves it undone"),
        ("以下措施没有写由谁实施，看似属于括号内的职责：{rows}", "Measures for which the clause names nobody and that seem to fall to the duty in brackets: {rows}"),
        ("在措施中写明由该单位实施；并非由其实施的，写明是谁", "Name the agency in the measure; where another is meant, name that one"),
    ),
    "duty-without-actor": RuleWords(
        ("没有责任单位的平时工作没有人做，应急时就没有准备", "Standing work without an owner is not done, and nothing is ready when it is needed"),
        ("以下工作没有写由谁负责：{duties}", "Tasks for which the clause names nobody: {duties}"),
        ("逐项写明责任单位", "Name who is responsible for each"),
        _CONSULTED,
    ),
    "report-without-ends": RuleWords(
        ("没有报告人的报告没有人报", "A report nobody is to make is not made"),
        ("以下报告没有写由谁报：{reports}", "Reports for which the clause names no sender: {reports}"),
        ("写明由谁报，在办公室值班的写明由值班人员报", "State who reports; where the office keeps watch, say that those on duty do"),
        _REVIEWED,
    ),
    "report-without-ends:to": RuleWords(
        ("没有收件人的报告到不了决定的人手里", "A report nobody is to get does not reach those who decide"),
        ("以下报告没有写报给谁：{reports}", "Reports for which the clause names no recipient: {reports}"),
        ("写明报给谁；逐级上报的，写明各级的名称", "State to whom; where it goes up level by level, name the levels"),
        _REVIEWED,
    ),
    "publisher-not-named": RuleWords(
        ("没有发布人的信息发不出去，或者谁都能发", "Information nobody is to publish is not published, or by anybody"),
        ("以下发布没有写由谁发布：{what}", "Publications for which the clause names nobody: {what}"),
        ("写明由谁发布、经谁审定、通过什么渠道", "State who publishes, who clears it and by which channel"),
        _REVIEWED,
    ),
    "vague-actor": RuleWords(
        ("“有关部门”可以是任何部门，每家都可以认为不是自己", '"The departments concerned" may be any, and each may hold that others are meant'),
        ("{clauses}的措施、报告或决定只由{who}承担，没有具名", "Measures, reports or decisions in {clauses} are left to names that may mean anybody: {who}"),
        ("列出单位名称，多家的写明谁牵头", "Name the agencies, and who leads where there are several"),
        _CONSULTED,
    ),
    "duty-given-twice": RuleWords(
        ("一项职责两家，要么都做，要么都等对方做", "One duty of two is done twice or left by each to the other"),
        ("{clauses}把同样的职责各交给{who}：{objects}", "{clauses} gives the same duty to each of them ({who}): {objects}"),
        ("写明一家负责、另一家配合，或分开两家各做什么", "Say which of them is responsible and which helps, or divide the work"),
        _REVIEWED,
    ),
    "several-publishers": RuleWords(
        ("几家都能发布，口径不一、先后不一，公众不知信谁", "Where several publish, words and times differ and the public does not know whom to believe"),
        ("同一事项的信息由几家发布，没有写由谁审定：{rows}", "Information on one matter is published by several and no clause says who clears it: {rows}"),
        ("写明一个发布单位和审定人，其余单位提供材料", "Name one who publishes and one who clears; the others provide the facts"),
        _REVIEWED,
    ),
    "revision-by-two": RuleWords(
        ("修订、解释的责任分在两处，到期时两家都以为是对方的事", "Where two are to keep the plan up to date, each takes it for the other's task"),
        ("预案的维护各条所写单位不一：{rows}", "Clauses differ on who keeps the plan up to date: {rows}"),
        ("只写一家负责，另一家参与", "Make one responsible and let the other take part"),
    ),
    # --- the wrong one
    "tier-skipped": RuleWords(
        ("报告越过上一级，统一指挥的一级反而不知情", "A report that passes over the next level leaves those in the dark who should direct"),
        ("{clause}由{who}直接报{to}（{report}），没有报上一级", "{clause}: {who} reports straight to {to} ({report}) and not to the level next above"),
        ("同时报上一级政府和主管部门，或写明逐级上报及各级时限", "Report to the level next above at the same time, or write that it goes up level by level, with a limit for each"),
        _REVIEWED,
    ),
    "tier-skipped:elsewhere": RuleWords(
        ("报告越过上一级，统一指挥的一级反而不知情", "A report that passes over the next level leaves those in the dark who should direct"),
        ("{clause}由{who}直接报{to}（{report}），收件人中没有上一级；报上一级的只有{elsewhere}，那里另有报告人或事由", "{clause}: {who} reports straight to {to} ({report}); the level next above is told only in {elsewhere}, by another or on another matter"),
        ("把上一级列入收件人，并与{elsewhere}合为一个报告流程", "Put the level next above among the recipients and make one line of reports of this and {elsewhere}"),
        _REVIEWED,
    ),
    "checks-itself": RuleWords(
        ("自己执行、自己检查，问题不会写进检查结果", "Who carries a plan out and checks it as well will not find fault"),
        ("{clauses}由{who}检查预案实施，而{measures}的措施由其或其承办的办公室实施，没有写明另一家具名单位参加检查", "{clauses} has those check who carry out measures themselves or in the office they host ({measures}), and names no other agency: {who}"),
        ("由不承担措施的单位牵头检查，或由上级、第三方评估", "Let one who carries out no measures lead the check, or have it done from above or outside"),
    ),
    "accepts-own-work": RuleWords(
        ("自己实施、自己验收，没有做到的不会写进验收报告", "Who carries work out and accepts it as well will not report what was left undone"),
        ("{clause}由{who}验收，而所验收的工作由其或其承办的办公室实施（{work}），没有写由另一家评估或同意", "{clause} has work accepted by those who carry it out themselves or in the office they host ({who}: {work}), and nobody else judges of it"),
        ("由不承担实施的单位或第三方验收，或由上级主管部门组织验收", "Let one who has no part in the work accept it, or the department above have it accepted"),
        _REVIEWED,
    ),
    "accepts-own-work:judged": RuleWords(
        ("自己实施、自己验收，没有做到的不会写进验收报告", "Who carries work out and accepts it as well will not report what was left undone"),
        ("{clause}由{who}验收，而所验收的工作由其或其承办的办公室实施（{work}）；此后才由{judges}评估或同意", "{clause} has work accepted by those who carry it out themselves or in the office they host ({who}: {work}); only then do others judge of it: {judges}"),
        ("写明验收由不承担实施的单位或第三方作出，或写明{judges}到现场核查", "Let one who has no part in the work accept it, or say that the others check on the spot: {judges}"),
        _REVIEWED,
    ),
    "accepts-own-work:on-its-papers": RuleWords(
        ("自己实施、自己验收，没有做到的不会写进验收报告", "Who carries work out and accepts it as well will not report what was left undone"),
        ("{clause}由{who}验收并上报材料，而所验收的工作由其或其承办的办公室实施（{work}）；此后{judges}评估或同意，条文只写了{who}提出的材料", "{clause} has work accepted and reported on by those who carry it out themselves or in the office they host ({who}: {work}); those who judge of it afterwards ({judges}) have only their papers, as far as the clause says"),
        ("写明验收由不承担实施的单位或第三方作出，或写明{judges}到现场核查、不只看材料", "Let one who has no part in the work accept it, or say that the others check on the spot and not on paper alone: {judges}"),
        _REVIEWED,
    ),
    "outside-function": RuleWords(
        ("把措施交给职责不相干的单位，它没有手段，也没有依据", "A measure left to an agency made for other things finds it without means and without ground"),
        ("{clause}由{who}实施“{measure}”，而{duties}给它的职责都是保卫和治安", "{clause} has an agency do “{measure}” whose every duty ({duties}) is guarding and keeping order: {who}"),
        ("由主管单位实施，{who}负责安全保卫", "Leave it to the agency in charge of the matter and let this one guard: {who}"),
    ),
}
