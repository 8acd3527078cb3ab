// The page's words in both languages. Sentences about decisions and faults come from the gate.
import { isChinese, language, said, translator, type Language } from './language'

export { isChinese, language, said, type Language }

const words = {
  title: ['门岗终端', 'Gate panel'],
  in: ['入', 'IN'], out: ['出', 'OUT'],
  grant: ['放行', 'Admitted'], deny: ['禁止', 'Denied'], refer: ['待人工', 'Needs you'],
  idle: ['空闲', 'Idle'], idleText: ['等待车辆', 'Waiting for a car'],
  noPlate: ['未识别', 'No plate'],
  open: ['开闸', 'Open'], close: ['关闸', 'Close'], stop: ['停止', 'Stop'],
  hold: ['常开', 'Hold open'], release: ['取消常开', 'End hold'],
  arm_down: ['闸杆落下', 'Arm down'], arm_between: ['闸杆运动中', 'Arm moving'], arm_up: ['闸杆抬起', 'Arm up'], arm_unknown: ['闸杆位置未知', 'Arm unknown'],
  approach: ['车前地感', 'Approach'], under: ['杆下地感', 'Under arm'], photocell: ['防砸光电', 'Photocell'],
  occupied: ['有车', 'occupied'], clear: ['空', 'clear'], unknown: ['未知', 'unknown'],
  queued: ['后面还有 {0} 辆', '{0} more behind'],
  oldPicture: ['旧画面', 'Old picture'], slow: ['画面慢', 'slow'], notKnown: ['未知', 'not known'], details: ['点按看详情', 'touch for details'],
  cannotAct: ['与控制器失去连接，现在不能操作。请人工看守道闸。', 'The link to the gate is lost: nothing can be done from here. Mind the barrier yourself.'],
  picture: ['图像', 'Picture'], ago: ['{0}前', '{0} ago'], noPicture: ['还没有图像', 'No picture yet'],
  camera: ['相机', 'Camera'], cameraOk: ['正常', 'ok'], camera_opening: ['正在连接', 'connecting'], camera_failed: ['无画面', 'no picture'],
  days: ['还有 {0} 天到期', '{0} days left'], lastDay: ['今天到期', 'Ends today'],
  byGuard: ['{0} 操作', 'by {0}'],
  referred: ['待处理车辆', 'Cars that need you'], noneReferred: ['没有待处理车辆', 'No car needs you'], noneReferredHint: ['有车需要人工时，这里会响铃并显示', 'When one does, it shows here and a bell rings'],
  waiting: ['等待 {0}', 'waiting {0}'], listed: ['已登记', 'On the list'], unlisted: ['未登记', 'Not listed'],
  choose: ['核对照片，点选正确车牌放行', 'Compare, then touch the right plate to admit'], unreadableHint: ['车牌没读出来，请手工输入', 'The plate was not read: type it'],
  type: ['输入车牌', 'Type plate'], visitor: ['访客登记', 'Visitor'], refuse: ['不放行', 'Refuse'],
  recent: ['最近通行', 'Recent passages'], noneRecent: ['还没有通行记录', 'Nothing has passed yet'], lookUp: ['查车牌', 'Look up'], more: ['更早', 'Earlier'],
  faults: ['故障', 'Faults'],
  why: ['请选择原因', 'Why?'], ownWords: ['其他原因（可输入）', 'Another reason, in your words'], confirm: ['确定', 'Confirm'], cancel: ['取消', 'Cancel'], back: ['删除', 'Delete'],
  done: ['已执行', 'Done'],
  admitTitle: ['放行', 'Admit'], refuseTitle: ['不放行', 'Refuse'], openTitle: ['开闸', 'Open'], closeTitle: ['关闸', 'Close'], stopTitle: ['停止道闸', 'Stop the barrier'],
  visitorTitle: ['登记今日访客', 'Register a visitor for today'], until: ['有效至', 'Until'], endOfDay: ['今天结束', 'End of today'], next: ['下一步', 'Next'], registerAdmit: ['登记并放行', 'Register and admit'],
  confirmClockTitle: ['核对时钟', 'Check the clock'], check: ['点按核对', 'touch to check'], clockIsRight: ['日期和时间正确吗？不正确请先让管理员校时，再来确认。', 'Are date and time right? If not, have them set first.'],
  heldUntil: ['{0} 保持常开，至 {1}', 'Held open by {0} until {1}'], heldBy: ['{0} 保持常开', 'Held open by {0}'], untilEnded: ['直到取消', 'Until ended'],
  holdTitle: ['保持常开', 'Hold open'], releaseTitle: ['取消常开', 'End holding open'], lockdownTitle: ['全部封闭', 'Lock everything down'], unlockTitle: ['解除封闭', 'End lockdown'], fireResetTitle: ['火警复位', 'Reset fire'],
  lockdown: ['封闭', 'Lockdown'], unlock: ['解除封闭', 'Unlock'], fireReset: ['火警复位', 'Fire reset'],
  mode_fleet: ['车队放行模式', 'Fleet mode'], mode_lockdown: ['全部封闭中', 'Locked down'], mode_fire: ['火警：道闸打开', 'FIRE: barriers open'],
  trustLink: ['连接', 'Link'], trustList: ['名单', 'List'], trustClock: ['时钟', 'Clock'], trustCamera: ['相机', 'Cameras'], trustBus: ['线路', 'Bus'], trustDisk: ['磁盘', 'Disk'],
  ok: ['正常', 'ok'], clock_trusted: ['可信', 'trusted'], clock_drifting: ['可能不准', 'drifting'], clock_unset: ['未设置', 'not set'], listBroken: ['不可用', 'unusable'], entries: ['{0} 条', '{0} entries'], changed: ['{0}前更新', 'changed {0} ago'],
  linkLost: ['与道闸控制器失去连接', 'Link to the gate is lost'], linkLostText: ['画面不是实时的。道闸仍自行工作；请看现场。正在重连… {0}', 'What you see is not live. The gate works on by itself; look outside. Reconnecting… {0}'],
  connecting: ['正在连接…', 'Connecting…'],
  login: ['登录', 'Log in'], name: ['姓名', 'Name'], pin: ['密码', 'PIN'], lock: ['锁定', 'Lock'], wrong: ['姓名或密码不对', 'Wrong name or PIN'], who: ['请选择或输入姓名', 'Who are you?'],
  firstTitle: ['第一次启动', 'First start'], firstText: ['请设置第一位值班员。没有默认密码。', 'Set up the first guard. There is no default PIN.'], pinRule: ['6 至 12 位数字，不能是重复或连续数字', '6 to 12 digits, no runs and no repetitions'], pinAgain: ['再输入一次密码', 'The same PIN again'], pinDiffer: ['两次输入不一致', 'The two PINs differ'], pinEasy: ['密码太简单', 'Too easy to guess'], nameMissing: ['请填写姓名', 'Say your name'], create: ['创建并登录', 'Create and log in'],
  addGuard: ['添加值班员', 'Add a guard'], added: ['已添加', 'Added'],
  mute: ['静音', 'Mute'], unmute: ['取消静音', 'Sound on'], theme: ['明暗', 'Theme'],
  special: ['军警 使馆 民航', 'Army WJ embassy'], toProvinces: ['省份', 'Provinces'], noProvince: ['无省份', 'No province'], embassyKey: ['使馆', 'embassy'], armedKey: ['武警', 'police'], aviationKey: ['民航', 'aviation'],
  needMore: ['还差 {0} 位', '{0} more'], mayMore: ['可再输 {0} 位', '{0} more may follow'], touchPlace: ['点一位可改', 'touch a place to change it'],
  kind_small_car: ['普通车', 'car'], kind_new_energy_small: ['新能源小型车', 'new energy, small'], kind_new_energy_large: ['新能源大型车', 'new energy, large'], kind_police: ['警车', 'police'], kind_army: ['军车', 'army'], kind_armed_police: ['武警', 'armed police'], kind_embassy: ['使馆车', 'embassy'], kind_consulate: ['领馆车', 'consulate'], kind_hong_kong: ['港车', 'Hong Kong'], kind_macao: ['澳车', 'Macao'], kind_learner: ['教练车', 'learner'], kind_trailer: ['挂车', 'trailer'], kind_civil_aviation: ['民航', 'civil aviation'],
  plateTyped: ['输入车牌', 'Type a plate'], clearAll: ['清空', 'Clear'], search: ['查询', 'Look up'],
  notListed: ['名单里没有这个车牌', 'This plate is not on the list'], blocked: ['黑名单', 'Blocked'], watched: ['布控', 'Watched'], held: ['不准离开', 'May not leave'], inside: ['在内', 'Inside'], outside: ['在外', 'Outside'], validUntil: ['有效期至 {0}', 'valid until {0}'], permanent: ['长期有效', 'permanent'], suspended: ['已暂停', 'suspended'], cancelled: ['已注销', 'cancelled'],
  outcome_opened: ['已开闸', 'opened'], outcome_commanded: ['已发开闸', 'commanded'], outcome_not_opened: ['未开闸', 'not opened'], outcome_failed: ['开闸失败', 'failed'], outcome_unknown: ['结果未知', 'unknown'],
  aimTitle: ['对准摄像机', 'Aim the camera'], aimWaiting: ['正在取画面…', 'Waiting for a picture…'], aimStands: ['画面停在 {0} 前', 'The picture is {0} old'],
  aimNoPlate: ['看不到车牌', 'No plate in sight'], aimNoPlateHint: ['把车停在地感上，转动摄像机，让车牌进入虚线框内，大小在两个蓝框之间（{0} 至 {1} 像素）', 'Park a car on the loop and turn the camera until its plate is inside the dashed line, its size between the two blue frames ({0} to {1} px)'],
  aimWidth: ['车牌宽', 'Plate width'], aimLikelihood: ['识别把握', 'Likelihood'], aimSharpness: ['清晰度', 'Sharpness'], aimFrame: ['画面尺寸', 'Frame'], aimRates: ['每秒 画面 / 识别', 'Frames / looks per s'],
  aimRegion: ['虚线内是识别区域（站点文件的 roi）', 'The dashed line is the region (roi in the site file)'], aimNoRegion: ['没有划定识别区域：整个画面都识别', 'No region is set: the whole picture is read'],
  seen: ['知道了', 'Seen'], refusedTouch: ['{0}没有执行：{1}', '{0} was not done: {1}'],
  alarm_tailgate: ['尾随闯入：有车跟着前车通过', 'Tailgating: a car followed another one through'], alarm_opened_externally: ['道闸被外部打开（手动按钮或遥控）', 'The barrier was opened by something else (button, remote control)'], alarm_backed_out: ['车辆退出，没有通过', 'The car backed out'], alarm_queue_full: ['排队车辆太多', 'Too many cars are queued'], alarm_welded_relay: ['继电器可能粘连：请断电检修', 'A relay may be welded: switch off and repair'], alarm_wrong_way: ['车辆逆行', 'A car goes the wrong way'],
  alarm_feed_forged: ['名单数据不是登记中心签发的：已拒绝，请通知管理员', 'Data for the list was not signed by the registry: refused, tell the administrator'], alarm_feed_altered: ['名单数据与签名不符：已拒绝，请通知管理员', 'Data for the list is not what was signed: refused, tell the administrator'], alarm_feed_rolled_back: ['收到旧名单：已拒绝，请通知管理员', 'An older list was sent: refused, tell the administrator'], alarm_feed_replayed: ['收到重放的名单：请通知管理员', 'An older word of the registry was sent again: tell the administrator'], alarm_feed_forked: ['出现两份不同的登记数据：请立即通知管理员', 'Two different registries speak: tell the administrator at once'], alarm_list_damaged: ['名单损坏，已封存，正在重新获取', 'A list was damaged and set aside; it is fetched again'],
  s: ['{0} 秒', '{0} s'], min: ['{0} 分钟', '{0} min'], h: ['{0} 小时', '{0} h'], d: ['{0} 天', '{0} d'], justNow: ['刚刚', 'now'],
  phase_booting: ['启动中', 'starting'], phase_idle: ['待命', 'ready'], phase_waiting: ['等车到位', 'waiting for the car'], phase_recording: ['记录中', 'recording'], phase_opening: ['正在开闸', 'opening'], phase_open: ['已开，等车通过', 'open'], phase_passing: ['车辆通过中', 'car passing'], phase_closing: ['正在关闸', 'closing'], phase_held: ['保持常开', 'held open'], phase_stopped: ['已停止', 'stopped'], phase_fire: ['火警打开', 'fire'], phase_offline: ['控制板离线', 'board offline']
} as const

export type Word = keyof typeof words

export const t = translator(words)

/** A word that the gate named; its own key if this page does not know it. */
export function tMaybe(key: string, otherwise = ''): string {
  return key in words ? t(key as Word) : otherwise
}

export function duration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000))
  if (s < 90) return t('s', s)
  if (s < 5400) return t('min', Math.round(s / 60))
  if (s < 129600) return t('h', Math.round(s / 3600))
  return t('d', Math.round(s / 86400))
}

export const reasons: Record<string, [string, string][]> = {
  open: [['公务来访', 'Official visit'], ['识别失败，人工核对', 'Not read, checked by hand'], ['送货', 'Delivery'], ['应急车辆', 'Emergency vehicle'], ['上级通知', 'Ordered by superior'], ['设备检修', 'Maintenance']],
  close: [['车辆已通过', 'Car has passed'], ['误开', 'Opened by mistake'], ['车辆已离开', 'Car drove away'], ['设备检修', 'Maintenance']],
  stop: [['闸下有人或车', 'Someone under the arm'], ['可疑车辆', 'Suspicious car'], ['设备异常', 'Device fault'], ['误操作', 'Mistake']],
  admit: [['证件核对无误', 'Papers checked'], ['车牌人工核对', 'Plate checked by eye'], ['已电话确认', 'Confirmed by phone'], ['有人接待', 'Met by the host'], ['上级通知', 'Ordered by superior']],
  refuse: [['未登记', 'Not registered'], ['证件不符', 'Papers do not match'], ['无人接待', 'No host'], ['已过有效期', 'Expired'], ['自行离开', 'Drove away']],
  register_visitor: [['来访办事', 'Visit'], ['会议', 'Meeting'], ['送货', 'Delivery'], ['施工维修', 'Works'], ['接送人员', 'Picking up']],
  hold: [['车队通过', 'Fleet passing'], ['上下班高峰', 'Rush hour'], ['活动保障', 'Event'], ['设备检修', 'Maintenance']],
  release: [['车队已过', 'Fleet has passed'], ['高峰结束', 'Rush hour over'], ['检修完成', 'Maintenance done']],
  lockdown: [['突发事件', 'Incident'], ['上级命令', 'Ordered by superior'], ['演练', 'Drill']],
  unlock: [['事件解除', 'Incident over'], ['上级命令', 'Ordered by superior'], ['演练结束', 'Drill over']],
  confirm_clock: [['已与手表核对', 'Compared with a watch'], ['已校时', 'Set just now']],
  fire_reset: [['火警解除', 'Fire is over'], ['误报', 'False alarm'], ['演练结束', 'Drill over']]
}
