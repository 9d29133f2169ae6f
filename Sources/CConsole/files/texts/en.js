// The texts in English: `add` of `models` is the text of the key models.add, `_` that of the key models itself.

export const words = {
  trace: 'Trace',
  actions: 'Actions',
  all: 'All',
  andMore: 'and {count} more',
  atPosition: 'Entry {position}: {text}',
  byDefault: 'default',
  cancel: 'Cancel',
  close: 'Close',
  consumer: 'Consumer',
  copied: 'Copied',
  copy: 'Copy',
  copyFailed: 'The browser did not let the console copy. Select the text and copy it by hand.',
  cost: 'Cost',
  costIn: 'Cost in {currency}',
  day: 'Day',
  hour: 'Hour',
  created: 'Created',
  delete: 'Delete',
  discard: 'Discard',
  duration: 'Duration',
  edit: 'Edit',
  errorRate: 'Error rate',
  errors: 'Errors',
  expires: 'Expires',
  facts: 'Facts',
  firstToken: 'First token',
  from: 'From',
  general: 'General',
  key: 'Key',
  loading: 'Loading',
  look: 'Look',
  model: 'Model',
  name: 'Name',
  nameNeeded: 'A name is needed.',
  navigation: 'Navigation',
  notOffered: 'This server does not offer this yet. A newer version of Sluice may.',
  note: 'Note',
  off: 'off',
  on: 'on',
  organisation: 'Organisation',
  provider: 'Provider',
  refresh: 'Refresh',
  remove: 'Remove',
  removeName: 'Remove {name}',
  requests: 'Requests',
  save: 'Save',
  saved: 'Saved.',
  showMore: 'Show more',
  shown: '{shown} shown',
  shownOf: '{shown} of {total}',
  skip: 'Skip to the content',
  state: 'State',
  status: 'Status',
  stream: 'stream',
  surfaces: 'Surfaces',
  target: 'Target',
  team: 'Team',
  time: 'Time',
  to: 'To',
  tokens: 'Tokens',
  total: 'Total',
  tryAgain: 'Try again',
  value: 'Value',
  version: 'Version',
  latency: 'Latency',
  code: 'Error code',
}

export const add = {
  _: 'Add',
  consumers: 'New consumer',
  teams: 'New team',
  organisations: 'New organisation',
  roles: 'New role',
}

export const outcome = {
  _: 'Outcome',
  error: 'all errors',
  completed: 'answered',
  failed: 'failed',
  limited: 'limited',
  refused: 'refused',
  aborted: 'given up by the caller',
  cut: 'cut off',
}

export const search = {
  _: 'Search',
  none: 'Nothing found.',
  page: 'Page',
  placeholder: 'Pages, models, consumers, request ids…',
}

export const span = {
  _: 'Span',
  hour: 'Hour',
  day: 'Day',
  week: 'Week',
  month: 'Month',
}

export const start = {
  noApi: 'This server has no admin API that the console could talk to.',
}

export const surface = {
  _: 'Surface',
  chat: 'Chat',
  embeddings: 'Embeddings',
  rerank: 'Rerank',
  images: 'Images',
  audio: 'Audio',
  videos: 'Videos',
  responses: 'Responses',
  files: 'Files',
}

export const type = {
  _: 'Type',
  chat: 'Chat',
  embedding: 'Embedding',
  image: 'Image',
  speech: 'Speech',
  transcription: 'Transcription',
  rerank: 'Rerank',
  moderation: 'Moderation',
}

export const page = {
  none: 'There is no such page',
  toOverview: 'To the overview',
}

export const group = {
  traffic: 'Traffic',
  access: 'Access',
  observe: 'Observe',
  system: 'System',
}

export const nav = {
  overview: 'Overview',
  playground: 'Playground',
  models: 'Models',
  providers: 'Providers',
  consumers: 'Consumers & teams',
  keys: 'Keys',
  limits: 'Limits & budgets',
  usage: 'Usage & cost',
  exchanges: 'Exchanges',
  audit: 'Audit',
  configuration: 'Configuration',
  nodes: 'Nodes',
  settings: 'Settings',
}

export const keyboard = {
  title: 'Keyboard',
  search: 'Search pages and objects',
  help: 'Show these keys',
  reorder: 'Move the target whose grip has the focus',
  escape: 'Close what is open',
}

export const theme = {
  now: 'Theme: {theme}',
  system: 'as the system',
  light: 'light',
  dark: 'dark',
}

export const severity = {
  error: 'Fault',
  warning: 'Notice',
}

export const signIn = {
  title: 'Sign in',
  with: 'Sign in with {name}',
  cancelled: 'Sign-in was cancelled.',
  expired: 'Sign-in took too long or began elsewhere. Try again.',
  role: 'Your account has no role here. Ask an administrator.',
  name: 'Another user has your name. Ask an administrator.',
  disabled: 'Your user is disabled.',
  wait: 'Too many attempts. Try again later.',
  failed: 'Sign-in failed; the program log says why.',
}

export const setUp = {
  title: 'Welcome to Sluice',
  text: 'Make the first administrator. Further users are added in the settings.',
  action: 'Create administrator',
  token: 'Set-up token',
  tokenHint: 'The program printed it when it started.',
  passwordHint: 'At least 10 characters.',
}

export const user = {
  name: 'Name',
  menu: 'User {name}',
  signOut: 'Sign out',
  add: 'Add user',
  role: 'Role',
  roleHint: 'A team administrator sees one team only.',
  teamHint: 'For team administrators.',
  passwordKeep: 'Leave it empty to keep the password.',
  disabled: 'May not sign in',
  isDisabled: 'Disabled',
  isActive: 'Active',
  you: 'you',
  deleteTitle: 'Delete this user?',
  deleteText: '{name} can no longer sign in. What they did stays in the audit.',
}

export const role = {
  viewer: 'Viewer',
  operator: 'Operator',
  administrator: 'Administrator',
  'team-administrator': 'Team administrator',
}

export const error = {
  unreachable: 'The server does not answer. Is it running, and is the network up?',
  not_signed_in: 'Nobody is signed in any more. Please sign in again.',
  invalid_credentials: 'The name or the password is wrong.',
  not_permitted: 'Your role does not allow this.',
  csrf_missing: 'The session does not fit this page any more. Reload the page.',
  object_not_found: 'That is not there (any more).',
  object_exists: 'There is one of this name already.',
  owned_by_file: 'It is defined in the configuration file, and can be changed there only.',
  object_changed: 'Somebody else changed it meanwhile.',
  precondition_required: 'The console did not say which version it changed. Reload the page.',
  invalid_json: 'The request was no valid JSON.',
  body_too_large: 'That is too large.',
  configuration_refused: 'The configuration was refused. Nothing has changed.',
  too_many_attempts: 'Too many wrong passwords. Try again in {seconds} seconds.',
  storage_unavailable: 'The database does not answer. Nothing has changed.',
  internal_error: 'Something went wrong in the server. Its log says more.',
  unknown: 'The server refused: {code}.',
}

export const overview = {
  hits: 'Answers given again',
  live: '{streams} open {streams:stream|streams} · {rate} requests a second',
  attention: 'Needs attention',
  allWell: 'Nothing needs attention.',
  unknownAttention: '{code}: {values}',
  course: 'Over time',
  measure: 'What is drawn',
  noPoints: 'No figures for this span yet.',
  limited: 'Refused by limits',
  refusals: 'Refusals',
  noTraffic: 'No calls in this span.',
  thanBefore: '{change} vs before',
  errorCount: '{count} {count:call|calls} failed',
  average: '{time} for a whole call',
  unpriced: '{count} without a price',
}

export const begin = {
  title: 'First steps',
  sub: 'four steps to the first answer',
  provider: 'Add a provider and its key',
  model: 'Publish a model',
  key: 'Issue a key to a consumer',
  call: 'Call it from the playground',
  done: 'done',
}

export const attention = {
  provider_failing: '{provider} failed {errors} times.',
  failovers: '{count} {count:failover|failovers} in the last hour, {percent} % of the calls; most of them ({most}) of the model {model}.',
  target_set_aside: '{target} is set aside after repeated failures; calls go to its backups.',
  key_set_aside: 'A key of {provider} is set aside: the provider refuses it.',
  limit_refusing: '{consumer} was refused {refusals} times by its limits.',
  certificate_ends: 'The certificate of this gateway ends in {days} {days:day|days}.',
  budget_near: '{consumer} has used {percent} % of its budget.',
  budget_used: 'The budget of {consumer} is used up.',
  unpriced: '{count} calls of {model} have no price, and are missing from the cost.',
  ledger_behind: 'Records of calls wait for the database since {seconds} seconds.',
  ledger_lost: '{exchanges} records of calls were lost.',
  configuration_warning: 'The configuration has {count} {count:warning|warnings}. The first: {message}',
  configuration_problem: 'The configuration has {count} {count:fault|faults}; the last good one is running. The first: {message}',
  key_expiring: 'The key {key}… of {consumer} ends in {days} {days:day|days}.',
}

export const chart = {
  showTable: 'Show as a table',
  hideTable: 'Hide the table',
  described: '{title}. Highest: {series}.',
}

export const changes = {
  count: '{count} {count:change|changes}',
  review: 'Review {count} {count:change|changes}',
}

export const review = {
  open: 'Review change',
  publish: 'Publish',
  published: 'Published as revision {revision}.',
  keepEditing: 'Keep editing',
  discardAll: 'Discard all',
  note: 'Why (optional)',
  notePlaceholder: 'Shown in the history',
  warnings: '{count} {count:warning|warnings}: it can be published.',
  restart: 'Takes effect after a restart:',
  refused: 'This cannot take effect.',
  refusedWhy: 'Nothing has changed. Each fault also stands at its field.',
  adds: 'New',
  edits: 'Edited',
  deletes: 'Deleted',
}

export const conflict = {
  title: 'Somebody else changed the same thing meanwhile.',
  text: 'Nothing of yours is lost. Take what stands there now, or redo your edit on top of it.',
  theirs: 'What they changed',
  yours: 'What you changed',
  deleted: 'They deleted it.',
  youDelete: 'You delete it.',
  both: 'Both changed: {names}. If you redo your edit, yours is what stands there.',
  take: 'Take theirs',
  redo: 'Redo mine on top',
}

export const diff = {
  label: 'Difference',
  none: 'No difference.',
  created: 'new',
  deleted: 'deleted',
}

export const source = {
  file: 'sluice.yaml',
  environment: 'environment',
  why: 'Defined outside of the database, and read-only here.',
}

export const explained = {
  file: 'Defined in sluice.yaml. It is shown as it is, and can be changed in the file only.',
  environment: 'Found in the environment of the gateway. It is shown as it is.',
}

export const object = {
  new: 'new',
  edited: 'edited',
  newTitle: 'New: {what}',
  begin: 'Continue',
  none: 'There is no {what} {name}.',
  notPermitted: 'Your role may look, and not change anything here.',
  lacksKey: 'Its key was forgotten when the page was reloaded: enter it again.',
  willBeDeleted: 'It will be deleted when the change is published.',
  changedMeanwhile: 'Somebody else changed this meanwhile. The review shows both.',
}

export const collection = {
  models: 'Model',
  providers: 'Provider',
  consumers: 'Consumer',
  teams: 'Team',
  organisations: 'Organisation',
  roles: 'Role',
  prices: 'Price',
  limits: 'Limits',
}

export const models = {
  sub: 'What callers may ask for, and where their calls go.',
  add: 'New model',
  none: 'No models yet. Without any, providers answer to PROVIDER/MODEL.',
  nameHint: 'What callers write as “model”. It may end with * for all names that begin like it.',
  goesTo: 'Goes to',
  backups: '+ {count} {count:backup|backups}',
  try: 'Try',
  typeDefault: 'that of its targets',
  reserve: 'Reserved output',
  reserveHint: 'Tokens that limits set aside for a call without max_tokens.',
  retry: 'Retry and time-outs',
  limitsSub: 'for this model',
}

export const routing = {
  title: 'Targets',
  sub: 'tried from top to bottom',
  chain: 'One chain',
  split: 'Split by weight',
}

export const chain = {
  add: 'Add target',
  placeholder: 'provider/model',
  none: 'No target yet.',
  primary: 'primary',
  alias: 'another model',
  grip: 'Move {name}, {position} of {count}: arrow keys',
  moved: '{name} is now {position} of {count}',
}

export const split = {
  add: 'Add version',
  arm: 'Version {position}',
  weight: 'Weight',
  weightOf: 'Weight of {name}',
  sticky: 'The same caller stays on the same version, by',
  stickyHint: 'Empty: each call is dealt anew.',
}

export const retry = {
  attempts: 'Retries per target',
  backoff: 'First pause',
  factor: 'Each pause longer by',
  maximum: 'Longest pause',
}

export const fallback = {
  on: 'The next target is tried on',
  hint: 'Status codes beside these are written in the configuration.',
}

export const failure = {
  connect: 'no connection',
  timeout: 'time-out',
  'rate-limit': 'rate limit (429)',
  'server-error': 'server error (5xx)',
  'not-found': 'not found (404)',
  auth: 'key refused (401, 403)',
}

export const timers = {
  title: 'Time-outs',
}

export const timer = {
  connect: 'Connection within',
  headers: 'Head of the answer within',
  firstToken: 'First token within',
  betweenTokens: 'Gap between tokens',
  total: 'One attempt at most',
  deadline: 'All attempts at most',
}

export const parameters = {
  title: 'Parameters',
  default: 'Where a request leaves them out',
  defaultHint: 'Values as JSON: 0.6, true, "text".',
  clamp: 'Kept between',
  clampHint: '[lowest, highest]',
  rename: 'Renamed for the provider',
  effort: 'Tokens of each reasoning effort',
}

export const health = {
  fine: 'in use',
  aside: 'set aside',
  allAside: 'all set aside',
  someAside: 'on backup',
  unknown: 'no calls yet',
  noTraffic: 'Nothing is known before the first call.',
}

export const healthKind = {
  target: 'target',
  key: 'key',
}

export const samples = {
  title: 'Call it',
  language: 'Language of the sample',
  address: 'Gateway',
}

export const providers = {
  sub: 'Where models run.',
  add: 'Add provider',
  none: 'No providers yet. With a provider and its key, calls can go somewhere.',
  kind: 'Kind',
  keysPlaceholder: 'secret, env:NAME or file:PATH',
  keysHint: 'Several are balanced, and set aside one by one. A plain key is sealed into the database when it is published, and never shown again.',
  aside: '{count} set aside',
  searchKind: 'Search presets',
  url: 'Base URL',
  key: 'API key',
  keyHint: 'Sealed into the database when it is published; or env:NAME.',
  keyOptional: 'Only if the server wants one.',
  test: 'Test connection',
  testing: 'Asking the provider…',
  otherKind: 'Another kind',
  nameTaken: 'There is a provider of this name already.',
  answers: 'It answers in {time}.',
  models: '{count} {count:model|models}:',
  publish: 'Publish as a model',
  published: 'Model {model} is in your list of changes.',
  connection: 'Connection',
  more: 'Time-outs, proxy, certificate',
  proxy: 'HTTP proxy',
  ca: 'Trusted authorities',
  forward: 'Headers of the client that it receives',
  limitsSub: 'more go to the next target',
  trial: 'Connection test',
  trialText: 'Asks the provider for its models with what stands here. A click on a model publishes it.',
  health: 'Health',
  what: 'What',
}

export const collections = {
  consumers: 'Consumers',
  teams: 'Teams',
  organisations: 'Organisations',
  roles: 'Roles',
}

export const none = {
  consumers: 'No consumers yet. A consumer is an application or a person who gets a key.',
  teams: 'No teams yet. Teams share models and limits.',
  organisations: 'No organisations yet.',
  roles: 'No roles yet. A role says which surfaces and models a caller may use.',
}

export const tenants = {
  consumers: 'Applications and people who call. Each has keys, models and limits.',
  teams: 'Consumers that share models and limits.',
  organisations: 'Tenants, to which teams belong.',
  roles: 'Surfaces and models that belong together.',
}

export const limitsOf = {
  consumers: 'for this consumer',
  teams: 'for the whole team',
  organisations: 'for the whole organisation',
}

export const consumers = {
  keyAfter: 'Once it is published, keys can be issued to it.',
  modelsHint: 'None named: all that is allowed above.',
  ownKeys: 'Keys from outside',
  ownKeysHint: 'env:NAME, file:PATH or sha256:…. Keys that are issued here need no entry.',
  certificates: 'Client certificates',
}

export const keys = {
  sub: 'What callers show. A key is shown once, when it is made.',
  add: 'New key',
  create: 'Create key',
  none: 'No keys yet.',
  search: 'Label or note',
  noConsumer: 'There is no consumer yet: make one first.',
  allModels: 'all of its consumer',
  modelsHint: 'In this order they also back each other up.',
  expiresHint: 'At the beginning of this day, UTC.',
  asModel: 'as the model says',
  ips: 'From addresses',
  surfacesHint: 'None marked: all.',
  made: 'Key for {consumer}',
  once: 'This is the only time that the key is shown. Copy it now.',
  try: 'Try it',
  kept: 'I have copied it',
  rules: 'Rules',
  samplesHint: 'The key itself is not stored: put it in the place of $SLUICE_KEY.',
  disable: 'Disable',
  enable: 'Enable',
  rotate: 'Rotate',
  rotateTitle: 'Rotate this key',
  grace: 'The old key is good for another',
  graceHint: '0s ends it at once.',
  revoke: 'Revoke',
  revokeTitle: 'Revoke this key?',
  revokeText: 'Calls with {label}… are refused from now on. This cannot be undone.',
  revoked: 'The key is revoked.',
}

export const keyState = {
  active: 'active',
  rotating: 'being replaced',
  disabled: 'disabled',
  expired: 'expired',
  revoked: 'revoked',
  unreadable: 'unreadable',
}

export const limits = {
  sub: 'How much may be called: by everyone, and by each. Limits of models, providers, consumers and teams stand at those.',
  everyone: 'Limits for everyone',
  everyoneSub: 'every limit that matches counts',
  inFile: 'Beside these, in sluice.yaml',
  usage: 'How far they are used',
  usageSub: 'counters nearest to refusing',
  noUsage: 'No counter has counted anything yet.',
  owner: 'Of',
  limit: 'Limit',
  counter: 'Counter',
  used: 'Used',
  resets: 'Full again',
  quotas: 'Quotas',
  quotasSub: 'amounts that calls use up',
  noQuotas: 'No quota is in use.',
  subject: 'Whose',
  left: 'Left',
  topUp: 'Top up',
  topUpTitle: 'Quota {name}',
  way: 'What to do',
  add: 'add to what is left',
  set: 'set what is left',
}

export const limit = {
  add: 'Add limit',
  none: 'No limits.',
  amount: 'Amount',
  unit: 'What is counted',
  period: 'Window',
  per: 'per',
  by: 'For each',
  together: 'all together',
  forModels: 'Of models',
  allModels: 'all',
  budget: 'A budget: refuses with 402',
  budgetMark: 'Budget of ',
  quotaName: 'Quota',
  refresh: 'Full again each',
  never: 'never',
  text: '{amount} {unit} per {period}',
  concurrentText: '{amount} calls at once',
  storedText: '{amount} stored',
  quotaText: '{amount} {unit} of quota {name}',
  each: ', for each {by}',
  models: ', of {models}',
}

export const unit = {
  requests: 'requests',
  tokens: 'tokens',
  inputTokens: 'input tokens',
  outputTokens: 'output tokens',
  cost: 'cost',
  concurrent: 'calls at once',
  stored: 'stored bytes',
}

export const period = {
  second: 'second',
  minute: 'minute',
  hour: 'hour',
  day: 'day',
  week: 'week',
  month: 'month',
  quota: 'until topped up',
}

export const scope = {
  consumer: 'consumer',
  team: 'team',
  organisation: 'organisation',
  key: 'key',
  model: 'model',
  provider: 'provider',
  ip: 'IP address',
}

export const usage = {
  by: 'By',
  then: 'And by',
  csv: 'Download as CSV',
  none: 'Nothing was called in this span.',
  others: 'others',
  unnamed: 'none',
  tokensOverTime: 'Tokens over time',
  wholeHours: 'Sums are kept by the hour: this is the present hour so far, and the one before.',
}

export const prices = {
  title: 'Prices',
  sub: 'Over the built-in list: what a million tokens cost.',
  add: 'New price',
  none: 'No prices of your own: the built-in list counts.',
  nameHint: 'PROVIDER/MODEL or a prefix such as deepseek/*.',
  of: 'For',
  amounts: 'Amounts',
  amountsSub: 'for a million tokens, with their currency',
  rules: 'Tiers and times',
  tiers: 'Tiers, as JSON',
  times: 'Times of the day, as JSON',
}

export const price = {
  input: 'Input',
  cachedInput: 'Cached input',
  cacheWrite: 'Cache write',
  output: 'Output',
  reasoning: 'Reasoning',
  inputAudio: 'Audio input',
  outputAudio: 'Audio output',
  perRequest: 'Each call',
  perImage: 'Each image',
}

export const cache = {
  _: 'Cache',
  ttl: 'Answers are kept for',
  hint: 'Off until a model, an organisation, a team, a consumer or a key says on. One off among them wins.',
  ttlHint: 'Such as 1h. The innermost counts: key, consumer, team, organisation, model.',
  unsaid: 'not said here',
  hit: 'given again',
  miss: 'asked in vain',
  skip: 'not asked',
  saved: '{cost} saved',
}

export const keeping = {
  _: 'Answers and conversations',
  conversations: 'Conversations',
  conversationsHint: 'Kept masked and sealed, for a limited time. Tell the people whose words these are.',
}

export const keepingOf = {
  consumers: 'as its team',
  teams: 'as its organisation',
  organisations: 'off by default',
}

export const exchanges = {
  search: 'Exchange or request id',
  clear: 'Clear filters',
  none: 'No exchange fits.',
  attempts: '{count} tries',
  attemptsTitle: 'Attempts',
  noAttempts: 'No provider was called.',
  byBackup: 'answered by a backup',
  copyId: 'Copy request id',
  timeline: 'Timeline',
  noTimeline: 'No timeline was kept for this exchange.',
  size: 'Bytes in → out',
  tokensAndCost: 'Tokens and cost',
  estimated: 'estimated',
  rate: 'Speed',
  perSecond: '{rate} tokens a second',
  unpriced: 'unknown: no price',
  noTokens: 'No tokens were used.',
  conversation: 'Conversation',
  conversationText: 'What was said, masked. Whoever reads it stands in the audit trail.',
  conversationShow: 'Show it',
  conversationNone: 'Nothing of this call is kept.',
  conversationCut: 'It was too long: some of it is left out.',
}

export const timeline = {
  waiting: 'waiting',
  streaming: 'streaming',
}

export const phase = {
  attempt: 'Attempt',
}

export const attemptOutcome = {
  completed: 'answered',
  timeout: 'time-out',
  failed: 'failed',
  limited: 'limited',
  aborted: 'aborted',
}

export const reason = {
  completed: '{target} answered in {time}.',
  completedFirst: '{target} answered in {time}, with the first token after {first}.',
  backup: '{target} answered in {time}, after these had failed: {failed}. The caller noticed nothing but the wait.',
  failed: 'No target could answer ({count} tried: {failed}). The caller got {status} {code}.',
  limited: 'A limit was reached, so that no provider was called. The caller got {status} {code}.',
  refused: 'The gateway refused the call before any provider was asked: {status} {code}.',
  aborted: 'The caller went away before the answer was complete.',
  other: 'Outcome: {outcome}, status {status}, after {time}.',
}

export const explain = {
  title: 'Explain',
  allowed: 'would be let in',
  refused: 'would be refused',
  text: 'What would become of such a call now: models, targets, limits and rules that count.',
  sub: 'Why a call would be let in or refused, before it is made. Nothing is called, and nothing is counted.',
  call: 'The call',
  result: 'What would become of it',
  key: 'Issued key',
  keyHint: 'In the place of the consumer.',
  inputTokens: 'Input tokens',
  maxTokens: 'Tokens of the answer, at most',
  address: 'From address',
}

export const audit = {
  sub: 'Who changed what, and when. Nothing here can be changed.',
  none: 'No records.',
  by: 'By',
  action: 'Action',
  object: 'What',
  detail: 'Detail',
  address: 'From',
}

export const action = {
  'session.create': 'signed in',
  'session.delete': 'signed out',
  'session.refused': 'sign-in refused',
  'access.refused': 'lacked permission',
  changes: 'published a change',
  put: 'wrote it',
  delete: 'removed it',
  'revisions.restore': 'restored a revision',
  'configuration.put': 'replaced the configuration',
  'configuration.reload': 'reloaded the file',
  'conversations.read': 'read a conversation',
  'conversations.export': 'exported conversations',
  'conversations.delete': 'deleted a conversation',
  'conversations.delete-all': 'deleted all conversations',
  'keys.create': 'issued a key',
  'keys.update': 'changed a key',
  'keys.revoke': 'revoked a key',
  'keys.rotate': 'rotated a key',
  'keys.disable': 'disabled a key',
  'keys.enable': 'enabled a key',
  'secrets.put': 'set a secret',
  'secrets.delete': 'removed a secret',
  'secrets.reseal': 'resealed secrets',
  'users.create': 'added a user',
  'users.change': 'changed a user',
  'users.delete': 'removed a user',
  'tokens.create': 'made a token',
  'tokens.delete': 'removed a token',
  'quotas.add': 'topped up a quota',
  'quotas.set': 'set a quota',
  'audit.archive': 'archived the audit',
  'audit.expire': 'removed old archives',
}

export const nodes = {
  sub: 'Gateways that share this database. Each applies a published revision by itself.',
  none: 'This gateway knows of no nodes.',
  self: 'this one',
  started: 'Started',
  seen: 'Last seen',
  faulty: 'fault',
  behind: 'behind',
  current: 'current',
}

export const configuration = {
  sub: 'The objects of the database, as one text in the shape of sluice.yaml.',
  edit: 'Editor',
  history: 'History',
  effective: 'In effect',
  effectiveText: 'What the gateway runs now: file, environment and database together.',
  revision: 'Revision',
  revisionNumber: 'Revision {number}',
  file: 'File',
  fileHint: 'read-only here, beside these objects',
  check: 'Check',
  fine: 'No faults. This is what would change:',
  completions: 'Completions',
  completionHint: 'Ctrl+Space completes keys.',
  behind: 'Their change is below. Nothing of yours is lost.',
  overTheirs: 'Keep my text',
  changed: 'Changed',
  noHistory: 'Nothing has been published yet.',
  difference: 'Difference to the one before',
  whole: 'The whole text',
  restore: 'Restore',
  restoreTitle: 'Go back to revision {number}?',
  restoreText: 'It becomes a new revision; nothing of the history is lost.',
}

export const settings = {
  display: 'Language and theme',
  users: 'Users',
  tokens: 'API tokens',
  secrets: 'Secrets',
  gateway: 'This gateway',
  password: 'Password',
  language: 'Language',
  theme: 'Theme',
}

export const settingsSub = {
  users: 'who may sign in here',
  tokens: 'for programs that use the admin API',
  secrets: 'sealed in the database; a value is never shown',
}

export const settingsNone = {
  users: 'No users.',
  tokens: 'No tokens.',
  secrets: 'No secrets.',
}

export const system = {
  none: 'not set',
  addresses: 'Addresses',
  gateway: 'The gateway listens on',
  callers: 'Callers reach it at',
  admin: 'The admin plane listens on',
  browsers: 'Browsers reach it at',
  tls: 'TLS',
  mutual: 'TLS with client certificates',
  traces: 'Traces',
  collector: 'Collector',
  failing: 'takes none',
  taken: 'takes them',
  unused: 'none sent yet',
  sample: 'Share of the calls',
  spans: 'Spans since the start',
  spanCounts: '{exported} taken, {rejected} rejected, {failed} failed, {dropped} dropped',
  failure: 'Last failure',
}

export const token = {
  add: 'New token',
  label: 'Label',
  used: 'Last used',
  made: 'API token',
  once: 'This is the only time that the token is shown. Copy it now.',
  revokeTitle: 'Revoke this token?',
  revokeText: 'Programs that use {label} are refused from now on.',
}

export const secret = {
  add: 'New secret',
  setAt: 'Set',
  nameHint: 'Written as secret:NAME where it is used.',
  valueHint: 'It is sealed, and never shown again.',
  replace: 'Replace {name}',
  replaceAction: 'Replace',
  deleteTitle: 'Delete this secret?',
  deleteText: 'What refers to secret:{name} stops working.',
}

export const password = {
  old: 'Old password',
  new: 'New password',
  change: 'Change password',
  changed: 'The password is changed.',
}

export const playground = {
  message: 'Message',
  placeholder: 'Ask something…',
  hint: 'Ctrl+Enter sends.',
  send: 'Send',
  stop: 'Stop',
  stopped: 'stopped',
  clear: 'Clear',
  compare: 'Compare two models',
  single: 'One model',
  conversation: 'Conversation',
  empty: 'The answer appears here, with its time and cost.',
  settings: 'Request',
  keyHint: 'The call counts like any other of this key. It is kept in this page only. Empty: without a key.',
  pasted: 'pasted',
  stream: 'Stream',
  system: 'System message',
  extra: 'More, as JSON',
  extraHint: 'Merged into the request.',
  tokens: '{input} in · {output} out',
  details: 'Headers and request',
  exchange: 'See the exchange',
}
