// Differences, line by line: what goes is red with a minus, what comes is green with a plus.
import { h } from './dom.js'
import { t } from './i18n.js'
import { toYaml } from './yaml.js'

/** Lines of both texts: [sign, line], sign one of ' ', '-', '+'. */
export function lineDiff(before, after) {
  const a = before === '' ? [] : before.split('\n')
  const b = after === '' ? [] : after.split('\n')
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1
  const head = a.slice(0, start).map((line) => [' ', line])
  const tail = end ? a.slice(-end).map((line) => [' ', line]) : []
  return [...head, ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)), ...tail]
}

/** The longest common subsequence; past a few million cells, all goes and all comes. */
function middle(a, b) {
  if (a.length * b.length > 4e6) return [...a.map((line) => ['-', line]), ...b.map((line) => ['+', line])]
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1])
    }
  }
  const found = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { found.push([' ', a[i]]); i += 1; j += 1 }
    else if (i < a.length && (j === b.length || lengths[i + 1][j] >= lengths[i][j + 1])) { found.push(['-', a[i]]); i += 1 }
    else { found.push(['+', b[j]]); j += 1 }
  }
  return found
}

/** The lines as a node; unchanged ones that are far from any change are left out. */
export function linesView(lines, around = 3) {
  const isNear = lines.map((_, index) => lines.slice(Math.max(0, index - around), index + around + 1).some(([sign]) => sign !== ' '))
  const rows = []
  lines.forEach(([sign, line], index) => {
    if (isNear[index]) rows.push(h('div', { class: sign === '-' ? 'gone' : sign === '+' ? 'come' : '' }, h('span', { class: 'sign' }, sign), line || ' '))
    else if (index === 0 || isNear[index - 1]) rows.push(h('div', { class: 'quiet' }, h('span', { class: 'sign' }, ' '), '…'))
  })
  return h('div', { class: 'diff', tabindex: '0', role: 'region', 'aria-label': t('diff.label') }, rows)
}

export const valueDiff = (before, after) => linesView(lineDiff(text(before), text(after)))

const text = (value) => (value === null || value === undefined ? '' : toYaml(value))

/** The `diff` of a CHANGE: each path with what it was and what it is. */
export function diffView(diff) {
  if (!diff.length) return h('p', { class: 'quiet' }, t('diff.none'))
  return h('div', { class: 'stack tight' }, diff.map((item) =>
    h('section', { class: 'diff-item' }, h('h3', { class: 'mono' }, item.path, h('span', { class: 'quiet' }, ' ',
      isGone(item.after) ? t('diff.deleted') : isGone(item.before) ? t('diff.created') : '')), valueDiff(item.before, item.after))))
}

const isGone = (value) => value === null || value === undefined
