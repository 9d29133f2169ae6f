// The texts in Chinese: `add` of `models` is the text of the key models.add, `_` that of the key models itself.

export const words = {
  trace: '链路',
  actions: '操作',
  all: '全部',
  andMore: '另有 {count} 条',
  atPosition: '第 {position} 项：{text}',
  byDefault: '默认',
  cancel: '取消',
  close: '关闭',
  consumer: '消费者',
  copied: '已复制',
  copy: '复制',
  copyFailed: '浏览器不允许复制，请选中文字后手动复制。',
  cost: '费用',
  costIn: '费用（{currency}）',
  day: '日期',
  hour: '小时',
  created: '创建时间',
  delete: '删除',
  discard: '放弃',
  duration: '耗时',
  edit: '编辑',
  errorRate: '错误率',
  errors: '错误',
  expires: '到期',
  facts: '基本信息',
  firstToken: '首个 token',
  from: '从',
  general: '基本设置',
  key: '密钥',
  loading: '加载中',
  look: '查看',
  model: '模型',
  name: '名称',
  nameNeeded: '请填写名称。',
  navigation: '导航',
  notOffered: '此服务器尚不提供该功能，更新版本的 Sluice 可能会提供。',
  note: '备注',
  off: '关闭',
  on: '开启',
  organisation: '组织',
  provider: '提供商',
  refresh: '刷新',
  remove: '移除',
  removeName: '移除 {name}',
  requests: '请求',
  save: '保存',
  saved: '已保存。',
  showMore: '显示更多',
  shown: '已显示 {shown} 条',
  shownOf: '共 {total} 条，已显示 {shown} 条',
  skip: '跳到正文',
  state: '状态',
  status: '状态码',
  stream: '流式',
  surfaces: '接口',
  target: '目标',
  team: '团队',
  time: '时间',
  to: '到',
  tokens: 'Token',
  total: '合计',
  tryAgain: '重试',
  value: '值',
  version: '版本',
  latency: '延迟',
  code: '错误代码',
}

export const add = {
  _: '添加',
  consumers: '新建消费者',
  teams: '新建团队',
  organisations: '新建组织',
  roles: '新建角色',
}

export const outcome = {
  _: '结果',
  error: '全部错误',
  completed: '已应答',
  failed: '失败',
  limited: '被限额',
  refused: '被拒绝',
  aborted: '调用方中止',
  cut: '被中断',
}

export const search = {
  _: '搜索',
  none: '没有找到。',
  page: '页面',
  placeholder: '页面、模型、消费者、请求 ID…',
}

export const span = {
  _: '时间范围',
  hour: '1 小时',
  day: '1 天',
  week: '7 天',
  month: '30 天',
}

export const start = {
  noApi: '此服务器没有可供控制台使用的管理 API。',
}

export const surface = {
  _: '接口',
  chat: '对话',
  embeddings: '向量',
  rerank: '重排序',
  images: '图像',
  audio: '音频',
  videos: '视频',
  responses: 'Responses',
  files: '文件',
}

export const type = {
  _: '类型',
  chat: '对话',
  embedding: '向量',
  image: '图像',
  speech: '语音合成',
  transcription: '语音识别',
  rerank: '重排序',
  moderation: '内容审核',
}

export const page = {
  none: '没有这个页面',
  toOverview: '回到总览',
}

export const group = {
  traffic: '流量',
  access: '访问',
  observe: '观测',
  system: '系统',
}

export const nav = {
  overview: '总览',
  playground: '试验场',
  models: '模型',
  providers: '提供商',
  consumers: '消费者与团队',
  keys: '密钥',
  limits: '限额与预算',
  usage: '用量与费用',
  exchanges: '调用记录',
  audit: '审计',
  configuration: '配置',
  nodes: '节点',
  settings: '设置',
}

export const keyboard = {
  title: '键盘快捷键',
  search: '搜索页面和对象',
  help: '显示快捷键',
  reorder: '移动当前选中手柄的目标',
  escape: '关闭弹出的内容',
}

export const theme = {
  now: '外观：{theme}',
  system: '跟随系统',
  light: '浅色',
  dark: '深色',
}

export const severity = {
  error: '故障',
  warning: '注意',
}

export const signIn = {
  title: '登录',
  with: '使用 {name} 登录',
  cancelled: '登录已取消。',
  expired: '登录超时或并非由此浏览器发起，请重试。',
  role: '您的账号在此没有角色，请联系管理员。',
  name: '用户名已被占用，请联系管理员。',
  disabled: '您的用户已停用。',
  wait: '尝试次数过多，请稍后再试。',
  failed: '登录失败，原因见程序日志。',
}

export const setUp = {
  title: '欢迎使用 Sluice',
  text: '创建第一个管理员，其他用户稍后在设置中添加。',
  action: '创建管理员',
  token: '初始化令牌',
  tokenHint: '程序启动时已打印在终端。',
  passwordHint: '至少 10 个字符。',
}

export const user = {
  name: '用户名',
  menu: '用户 {name}',
  signOut: '退出登录',
  add: '添加用户',
  role: '角色',
  roleHint: '团队管理员只能看到一个团队。',
  teamHint: '用于团队管理员。',
  passwordKeep: '留空则不修改密码。',
  disabled: '禁止登录',
  isDisabled: '已停用',
  isActive: '正常',
  you: '您',
  deleteTitle: '删除此用户？',
  deleteText: '{name} 将无法再登录，其操作仍保留在审计中。',
}

export const role = {
  viewer: '只读',
  operator: '操作员',
  administrator: '管理员',
  'team-administrator': '团队管理员',
}

export const error = {
  unreachable: '服务器没有响应，请检查程序和网络。',
  not_signed_in: '登录已失效，请重新登录。',
  invalid_credentials: '用户名或密码不正确。',
  not_permitted: '您的角色无权执行此操作。',
  csrf_missing: '会话与页面不一致，请刷新页面。',
  object_not_found: '该对象不存在或已被删除。',
  object_exists: '同名对象已存在。',
  owned_by_file: '它定义在配置文件中，只能在文件里修改。',
  object_changed: '其他人已在此期间修改了它。',
  precondition_required: '控制台未说明修改的版本，请刷新页面。',
  invalid_json: '请求不是有效的 JSON。',
  body_too_large: '内容过大。',
  configuration_refused: '配置未被接受，没有任何改动。',
  too_many_attempts: '密码错误次数过多，请 {seconds} 秒后再试。',
  storage_unavailable: '数据库没有响应，没有任何改动。',
  internal_error: '服务器内部出错，详情见日志。',
  unknown: '服务器拒绝了请求：{code}。',
}

export const overview = {
  hits: '缓存命中',
  live: '{streams} 个进行中的流 · 每秒 {rate} 个请求',
  attention: '需要注意',
  allWell: '一切正常，没有需要处理的事项。',
  unknownAttention: '{code}：{values}',
  course: '趋势',
  measure: '图表内容',
  noPoints: '此时间范围内暂无数据。',
  limited: '被限额拒绝的调用方',
  refusals: '拒绝次数',
  noTraffic: '此时间范围内没有调用。',
  thanBefore: '较前 {change}',
  errorCount: '{count} 次失败',
  average: '完整调用平均 {time}',
  unpriced: '{count} 次无价格',
}

export const begin = {
  title: '开始使用',
  sub: '四步得到第一个回答',
  provider: '添加提供商及其密钥',
  model: '发布模型',
  key: '为消费者签发密钥',
  call: '在试验场中调用',
  done: '已完成',
}

export const attention = {
  provider_failing: '{provider} 失败了 {errors} 次。',
  failovers: '过去一小时发生 {count} 次故障转移，占调用的 {percent} %，其中模型 {model} 最多（{most} 次）。',
  target_set_aside: '{target} 因多次失败暂停使用，调用改走备用目标。',
  key_set_aside: '{provider} 的一个密钥被提供商拒绝，已暂停使用。',
  limit_refusing: '{consumer} 因限额被拒绝 {refusals} 次。',
  certificate_ends: '本网关的证书将在 {days} 天内到期。',
  budget_near: '{consumer} 已用去预算的 {percent} %。',
  budget_used: '{consumer} 的预算已用完。',
  unpriced: '{model} 的 {count} 次调用没有价格，未计入费用。',
  ledger_behind: '调用记录已等待数据库写入 {seconds} 秒。',
  ledger_lost: '{exchanges} 条调用记录已丢失。',
  configuration_warning: '配置有 {count} 条警告，第一条：{message}',
  configuration_problem: '配置有 {count} 处错误，正在运行上一个可用的配置。第一处：{message}',
  key_expiring: '{consumer} 的密钥 {key}… 将在 {days} 天后到期。',
}

export const chart = {
  showTable: '以表格显示',
  hideTable: '隐藏表格',
  described: '{title}。最高值：{series}。',
}

export const changes = {
  count: '{count} 项更改',
  review: '审阅 {count} 项更改',
}

export const review = {
  open: '审阅更改',
  publish: '发布',
  published: '已发布为修订 {revision}。',
  keepEditing: '继续编辑',
  discardAll: '全部放弃',
  note: '原因（可选）',
  notePlaceholder: '将显示在历史记录中',
  warnings: '{count} 条警告，仍可发布。',
  restart: '重启后生效：',
  refused: '此更改无法生效。',
  refusedWhy: '没有任何改动，错误也显示在对应的字段旁。',
  adds: '新增',
  edits: '修改',
  deletes: '删除',
}

export const conflict = {
  title: '其他人在此期间修改了同一内容。',
  text: '您的输入没有丢失。可以采用现有内容，或在其基础上重做您的修改。',
  theirs: '对方的修改',
  yours: '您的修改',
  deleted: '对方删除了它。',
  youDelete: '您要删除它。',
  both: '双方都修改了：{names}。重做后以您的修改为准。',
  take: '采用对方的',
  redo: '在其上重做我的修改',
}

export const diff = {
  label: '差异',
  none: '没有差异。',
  created: '新增',
  deleted: '删除',
}

export const source = {
  file: 'sluice.yaml',
  environment: '环境变量',
  why: '在数据库之外定义，此处只读。',
}

export const explained = {
  file: '定义于 sluice.yaml，此处仅供查看，只能在文件中修改。',
  environment: '来自网关的环境变量，此处仅供查看。',
}

export const object = {
  new: '新建',
  edited: '已修改',
  newTitle: '新建：{what}',
  begin: '继续',
  none: '没有名为 {name} 的{what}。',
  notPermitted: '您的角色只能查看，不能修改。',
  lacksKey: '页面刷新后密钥不再保留，请重新填写。',
  willBeDeleted: '发布更改后将被删除。',
  changedMeanwhile: '其他人在此期间修改了它，审阅时会显示双方的修改。',
}

export const collection = {
  models: '模型',
  providers: '提供商',
  consumers: '消费者',
  teams: '团队',
  organisations: '组织',
  roles: '角色',
  prices: '价格',
  limits: '限额',
}

export const models = {
  sub: '调用方可以请求的模型，以及调用的去向。',
  add: '新建模型',
  none: '还没有模型。没有模型时，可用“提供商/模型”直接调用。',
  nameHint: '调用方在“model”中填写的名称，可以用 * 结尾匹配所有同前缀的名称。',
  goesTo: '去向',
  backups: '+ {count} 个备用',
  try: '试用',
  typeDefault: '与目标相同',
  reserve: '预留输出',
  reserveHint: '调用未指定 max_tokens 时限额预留的 token 数。',
  retry: '重试与超时',
  limitsSub: '针对此模型',
}

export const routing = {
  title: '目标',
  sub: '从上到下依次尝试',
  chain: '单一链路',
  split: '按权重分流',
}

export const chain = {
  add: '添加目标',
  placeholder: '提供商/模型',
  none: '还没有目标。',
  primary: '主',
  alias: '另一个模型',
  grip: '移动 {name}（第 {position} 个，共 {count} 个）：方向键',
  moved: '{name} 现在是第 {position} 个，共 {count} 个',
}

export const split = {
  add: '添加版本',
  arm: '版本 {position}',
  weight: '权重',
  weightOf: '{name} 的权重',
  sticky: '使同一调用方保持同一版本的依据',
  stickyHint: '留空：每次调用重新分配。',
}

export const retry = {
  attempts: '每个目标的重试次数',
  backoff: '首次间隔',
  factor: '间隔倍数',
  maximum: '最长间隔',
}

export const fallback = {
  on: '遇到以下情况时尝试下一目标',
  hint: '其他状态码可在配置中填写。',
}

export const failure = {
  connect: '连接失败',
  timeout: '超时',
  'rate-limit': '限流（429）',
  'server-error': '服务器错误（5xx）',
  'not-found': '未找到（404）',
  auth: '密钥被拒（401、403）',
}

export const timers = {
  title: '超时',
}

export const timer = {
  connect: '建立连接',
  headers: '收到响应头',
  firstToken: '首个 token',
  betweenTokens: 'token 间隔',
  total: '单次尝试总时长',
  deadline: '全部尝试总时长',
}

export const parameters = {
  title: '参数',
  default: '请求未指定时的默认值',
  defaultHint: '值按 JSON 填写：0.6、true、"文字"。',
  clamp: '限制在范围内',
  clampHint: '[最小值, 最大值]',
  rename: '改为提供商的名称',
  effort: '各推理强度的 token 数',
}

export const health = {
  fine: '正常',
  aside: '暂停使用',
  allAside: '全部暂停',
  someAside: '使用备用',
  unknown: '暂无调用',
  noTraffic: '首次调用之前没有状态信息。',
}

export const healthKind = {
  target: '目标',
  key: '密钥',
}

export const samples = {
  title: '调用示例',
  language: '示例语言',
  address: '网关地址',
}

export const providers = {
  sub: '模型运行的地方。',
  add: '添加提供商',
  none: '还没有提供商。添加提供商和密钥后即可转发调用。',
  kind: '种类',
  keysPlaceholder: '密钥、env:NAME 或 file:PATH',
  keysHint: '多个密钥会均衡使用并逐个暂停。明文密钥在发布时加密存入数据库，此后不再显示。',
  aside: '{count} 个暂停使用',
  searchKind: '搜索预设',
  url: '基础 URL',
  key: 'API 密钥',
  keyHint: '发布时加密存入数据库；也可填写 env:NAME。',
  keyOptional: '仅在服务器需要时填写。',
  test: '测试连接',
  testing: '正在询问提供商…',
  otherKind: '其他种类',
  nameTaken: '已有同名的提供商。',
  answers: '响应正常，用时 {time}。',
  models: '{count} 个模型：',
  publish: '发布为模型',
  published: '模型 {model} 已加入更改列表。',
  connection: '连接',
  more: '超时、代理、证书',
  proxy: 'HTTP 代理',
  ca: '受信任的证书机构',
  forward: '转发的客户端标头',
  limitsSub: '超出部分转到下一目标',
  trial: '连接测试',
  trialText: '用当前设置向提供商查询模型列表，点击模型即可发布。',
  health: '健康状况',
  what: '内容',
}

export const collections = {
  consumers: '消费者',
  teams: '团队',
  organisations: '组织',
  roles: '角色',
}

export const none = {
  consumers: '还没有消费者。消费者是获得密钥的应用或个人。',
  teams: '还没有团队。团队成员共享模型与限额。',
  organisations: '还没有组织。',
  roles: '还没有角色。角色规定调用方可用的接口和模型。',
}

export const tenants = {
  consumers: '调用网关的应用和个人，各有密钥、模型和限额。',
  teams: '共享模型与限额的消费者。',
  organisations: '团队所属的租户。',
  roles: '成组的接口和模型。',
}

export const limitsOf = {
  consumers: '针对此消费者',
  teams: '针对整个团队',
  organisations: '针对整个组织',
}

export const consumers = {
  keyAfter: '发布后即可为其签发密钥。',
  modelsHint: '不填写则允许上级允许的全部模型。',
  ownKeys: '外部密钥',
  ownKeysHint: 'env:NAME、file:PATH 或 sha256:…，在此签发的密钥无需填写。',
  certificates: '客户端证书',
}

export const keys = {
  sub: '调用方出示的凭证，仅在创建时显示一次。',
  add: '新建密钥',
  create: '创建密钥',
  none: '还没有密钥。',
  search: '标识或备注',
  noConsumer: '还没有消费者，请先创建。',
  allModels: '消费者可用的全部模型',
  modelsHint: '按此顺序互为备用。',
  expiresHint: '当日零点（UTC）。',
  asModel: '按模型设置',
  ips: '来源地址',
  surfacesHint: '都不勾选则不限。',
  made: '{consumer} 的密钥',
  once: '密钥仅显示这一次，请立即复制。',
  try: '试用',
  kept: '我已复制',
  rules: '规则',
  samplesHint: '密钥本身不保存，请替换 $SLUICE_KEY。',
  disable: '停用',
  enable: '启用',
  rotate: '轮换',
  rotateTitle: '轮换此密钥',
  grace: '旧密钥继续有效',
  graceHint: '填 0s 立即失效。',
  revoke: '吊销',
  revokeTitle: '吊销此密钥？',
  revokeText: '此后使用 {label}… 的调用都会被拒绝，且无法撤销。',
  revoked: '密钥已吊销。',
}

export const keyState = {
  active: '有效',
  rotating: '轮换中',
  disabled: '已停用',
  expired: '已过期',
  revoked: '已吊销',
  unreadable: '无法读取',
}

export const limits = {
  sub: '可调用的数量。模型、提供商、消费者和团队的限额在各自页面设置。',
  everyone: '对所有人的限额',
  everyoneSub: '所有匹配的限额都生效',
  inFile: '此外，sluice.yaml 中还有',
  usage: '使用情况',
  usageSub: '最接近上限的计数器',
  noUsage: '还没有计数。',
  owner: '所属',
  limit: '限额',
  counter: '计数对象',
  used: '已用',
  resets: '重置',
  quotas: '配额',
  quotasSub: '随调用消耗的额度',
  noQuotas: '没有使用中的配额。',
  subject: '归属',
  left: '剩余',
  topUp: '充值',
  topUpTitle: '配额 {name}',
  way: '操作',
  add: '增加剩余量',
  set: '设置剩余量',
}

export const limit = {
  add: '添加限额',
  none: '没有限额。',
  amount: '数量',
  unit: '计数内容',
  period: '时间窗口',
  per: '每',
  by: '按',
  together: '合计',
  forModels: '模型',
  allModels: '全部',
  budget: '预算：超出时返回 402',
  budgetMark: '预算：',
  quotaName: '配额',
  refresh: '重置周期',
  never: '从不',
  text: '每{period} {amount} {unit}',
  concurrentText: '同时 {amount} 个调用',
  storedText: '最多存储 {amount}',
  quotaText: '配额 {name}：{amount} {unit}',
  each: '，按{by}',
  models: '，模型 {models}',
}

export const unit = {
  requests: '请求',
  tokens: 'token',
  inputTokens: '输入 token',
  outputTokens: '输出 token',
  cost: '费用',
  concurrent: '并发调用',
  stored: '存储字节',
}

export const period = {
  second: '秒',
  minute: '分钟',
  hour: '小时',
  day: '天',
  week: '周',
  month: '月',
  quota: '直到充值',
}

export const scope = {
  consumer: '消费者',
  team: '团队',
  organisation: '组织',
  key: '密钥',
  model: '模型',
  provider: '提供商',
  ip: 'IP 地址',
}

export const usage = {
  by: '分组',
  then: '再分组',
  csv: '下载 CSV',
  none: '此时间范围内没有调用。',
  others: '其他',
  unnamed: '无',
  tokensOverTime: 'Token 趋势',
  wholeHours: '用量按整点汇总：这里是当前小时至今，以及上一小时。',
}

export const prices = {
  title: '价格',
  sub: '覆盖内置价格表，按每百万 token 计。',
  add: '新建价格',
  none: '没有自定义价格，使用内置价格表。',
  nameHint: '“提供商/模型”，或如 deepseek/* 的前缀。',
  of: '适用于',
  amounts: '金额',
  amountsSub: '每百万 token，含币种',
  rules: '分档与时段',
  tiers: '分档（JSON）',
  times: '时段（JSON）',
}

export const price = {
  input: '输入',
  cachedInput: '缓存输入',
  cacheWrite: '缓存写入',
  output: '输出',
  reasoning: '推理',
  inputAudio: '音频输入',
  outputAudio: '音频输出',
  perRequest: '每次调用',
  perImage: '每张图像',
}

export const cache = {
  _: '缓存',
  ttl: '回答保留时长',
  hint: '模型、组织、团队、消费者或密钥中有一处开启才生效；任何一处关闭则不缓存。',
  ttlHint: '例如 1h。以最内层为准：密钥、消费者、团队、组织、模型。',
  unsaid: '此处不指定',
  hit: '命中',
  miss: '未命中',
  skip: '未查询',
  saved: '节省 {cost}',
}

export const keeping = {
  _: '回答与对话',
  conversations: '对话',
  conversationsHint: '脱敏并加密后限期保存。请告知相关人员。',
}

export const keepingOf = {
  consumers: '与团队相同',
  teams: '与组织相同',
  organisations: '默认关闭',
}

export const exchanges = {
  search: '调用或请求 ID',
  clear: '清除筛选',
  none: '没有符合条件的记录。',
  attempts: '{count} 次尝试',
  attemptsTitle: '尝试',
  noAttempts: '没有调用任何提供商。',
  byBackup: '由备用目标应答',
  copyId: '复制请求 ID',
  timeline: '时间线',
  noTimeline: '此记录没有时间线。',
  size: '字节 入 → 出',
  tokensAndCost: 'Token 与费用',
  estimated: '估算',
  rate: '速度',
  perSecond: '每秒 {rate} token',
  unpriced: '未知：没有价格',
  noTokens: '没有消耗 token。',
  conversation: '对话',
  conversationText: '已脱敏的对话内容。每次读取都会记入审计。',
  conversationShow: '显示',
  conversationNone: '没有保存此次调用的对话。',
  conversationCut: '内容过长，已省略一部分。',
}

export const timeline = {
  waiting: '等待',
  streaming: '传输',
}

export const phase = {
  attempt: '尝试',
}

export const attemptOutcome = {
  completed: '已应答',
  timeout: '超时',
  failed: '失败',
  limited: '限流',
  aborted: '中止',
}

export const reason = {
  completed: '{target} 在 {time} 内应答。',
  completedFirst: '{target} 在 {time} 内应答，{first} 后收到首个 token。',
  backup: '{target} 在 {time} 内应答；此前失败的目标：{failed}。调用方只感到等待。',
  failed: '没有目标能应答（共尝试 {count} 次：{failed}）。调用方收到 {status} {code}。',
  limited: '已达到限额，未调用提供商。调用方收到 {status} {code}。',
  refused: '网关在调用提供商之前拒绝了请求：{status} {code}。',
  aborted: '调用方在应答完成前断开。',
  other: '结果：{outcome}，状态码 {status}，用时 {time}。',
}

export const explain = {
  title: '解释',
  allowed: '会被放行',
  refused: '会被拒绝',
  text: '同样的调用现在会怎样：涉及的模型、目标、限额和规则。',
  sub: '在发起之前说明调用为何会被放行或拒绝。不会真正调用，也不会计数。',
  call: '调用',
  result: '结果',
  key: '已签发的密钥',
  keyHint: '代替消费者。',
  inputTokens: '输入 token',
  maxTokens: '回答 token 上限',
  address: '来源地址',
}

export const audit = {
  sub: '谁在何时改了什么，此处内容不可更改。',
  none: '没有记录。',
  by: '操作人',
  action: '操作',
  object: '对象',
  detail: '详情',
  address: '来源',
}

export const action = {
  'session.create': '登录',
  'session.delete': '退出登录',
  'session.refused': '登录被拒',
  'access.refused': '权限不足',
  changes: '发布更改',
  put: '写入',
  delete: '删除',
  'revisions.restore': '恢复修订',
  'configuration.put': '替换配置',
  'configuration.reload': '重新加载文件',
  'conversations.read': '查看对话',
  'conversations.export': '导出对话',
  'conversations.delete': '删除对话',
  'conversations.delete-all': '删除全部对话',
  'keys.create': '签发密钥',
  'keys.update': '修改密钥',
  'keys.revoke': '吊销密钥',
  'keys.rotate': '轮换密钥',
  'keys.disable': '停用密钥',
  'keys.enable': '启用密钥',
  'secrets.put': '设置机密',
  'secrets.delete': '删除机密',
  'secrets.reseal': '重新封存机密',
  'users.create': '添加用户',
  'users.change': '修改用户',
  'users.delete': '删除用户',
  'tokens.create': '创建令牌',
  'tokens.delete': '删除令牌',
  'quotas.add': '增加配额',
  'quotas.set': '设置配额',
  'audit.archive': '归档审计',
  'audit.expire': '删除过期归档',
}

export const nodes = {
  sub: '共享此数据库的网关，各自应用已发布的修订。',
  none: '没有节点信息。',
  self: '本节点',
  started: '启动',
  seen: '最近在线',
  faulty: '故障',
  behind: '落后',
  current: '最新',
}

export const configuration = {
  sub: '数据库中的对象，以 sluice.yaml 的格式呈现。',
  edit: '编辑',
  history: '历史',
  effective: '当前生效',
  effectiveText: '网关当前运行的配置：文件、环境变量与数据库的合并结果。',
  revision: '修订',
  revisionNumber: '修订 {number}',
  file: '文件',
  fileHint: '此处只读，与这些对象并存',
  check: '检查',
  fine: '没有错误，将产生以下改动：',
  completions: '补全',
  completionHint: 'Ctrl+空格 补全键名。',
  behind: '对方的修改如下，您的输入没有丢失。',
  overTheirs: '保留我的文本',
  changed: '改动',
  noHistory: '还没有发布过。',
  difference: '与上一修订的差异',
  whole: '完整文本',
  restore: '恢复',
  restoreTitle: '恢复到修订 {number}？',
  restoreText: '将生成新的修订，历史记录不会丢失。',
}

export const settings = {
  display: '语言与外观',
  users: '用户',
  tokens: 'API 令牌',
  secrets: '机密',
  gateway: '本网关',
  password: '密码',
  language: '语言',
  theme: '外观',
}

export const settingsSub = {
  users: '可以登录此处的人',
  tokens: '供使用管理 API 的程序',
  secrets: '加密存于数据库，从不显示内容',
}

export const settingsNone = {
  users: '没有用户。',
  tokens: '没有令牌。',
  secrets: '没有机密。',
}

export const system = {
  none: '未设置',
  addresses: '地址',
  gateway: '网关监听',
  callers: '调用方访问',
  admin: '管理面监听',
  browsers: '浏览器访问',
  tls: 'TLS',
  mutual: 'TLS 与客户端证书',
  traces: '链路追踪',
  collector: '采集器',
  failing: '不接收',
  taken: '正常接收',
  unused: '尚未发送',
  sample: '采样比例',
  spans: '启动以来的 span',
  spanCounts: '已接收 {exported}，被拒 {rejected}，失败 {failed}，丢弃 {dropped}',
  failure: '最近一次失败',
}

export const token = {
  add: '新建令牌',
  label: '标识',
  used: '最近使用',
  made: 'API 令牌',
  once: '令牌仅显示这一次，请立即复制。',
  revokeTitle: '吊销此令牌？',
  revokeText: '此后使用 {label} 的程序都会被拒绝。',
}

export const secret = {
  add: '新建机密',
  setAt: '设置时间',
  nameHint: '使用时写作 secret:NAME。',
  valueHint: '加密保存，此后不再显示。',
  replace: '替换 {name}',
  replaceAction: '替换',
  deleteTitle: '删除此机密？',
  deleteText: '引用 secret:{name} 的内容将无法工作。',
}

export const password = {
  old: '旧密码',
  new: '新密码',
  change: '修改密码',
  changed: '密码已修改。',
}

export const playground = {
  message: '消息',
  placeholder: '输入消息…',
  hint: 'Ctrl+Enter 发送。',
  send: '发送',
  stop: '停止',
  stopped: '已停止',
  clear: '清空',
  compare: '对比两个模型',
  single: '单个模型',
  conversation: '对话',
  empty: '回答及其耗时、费用将显示在这里。',
  settings: '请求',
  keyHint: '按此密钥的普通调用计量，仅保留在当前页面。留空则不带密钥。',
  pasted: '粘贴的密钥',
  stream: '流式传输',
  system: '系统消息',
  extra: '更多参数（JSON）',
  extraHint: '合并到请求中。',
  tokens: '输入 {input} · 输出 {output}',
  details: '标头与请求',
  exchange: '查看调用记录',
}
