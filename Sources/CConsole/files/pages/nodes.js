// Gateways that share this database, and whether each runs what was published.
import { badge, framed, get, h, loaded, moment, notice, pageHead, problemList, relative, stack, t, table, tag,
  whileVisible } from '../app/kit.js'

export default async function nodes(page) {
  const view = loaded(() => get('nodes'), ({ data }) => [framed(table({
    caption: t('nav.nodes'), rows: data, none: t('nodes.none'), columns: [
      { label: t('name'), cell: (node) => [node.name, node.self && [' ', tag(t('nodes.self'))]], sort: (node) => node.name, isMain: true },
      { label: t('state'), cell: stateOf },
      { label: t('configuration.revision'), cell: (node) => (node.revision === node.storedRevision ? node.revision : `${node.revision} / ${node.storedRevision}`), isNumber: true },
      { label: t('version'), cell: (node) => node.version }, { label: t('nodes.started'), cell: (node) => moment(node.startedAt, relative) }, { label: t('nodes.seen'), cell: (node) => moment(node.seenAt, relative) }]
  })), data.filter((node) => (node.problems || []).length).map((node) => notice('bad', h('b', {}, node.name), problemList(node.problems)))])
  whileVisible(page, 5000, () => view.reload({ silent: true }))
  return stack(pageHead(t('nav.nodes'), { sub: t('nodes.sub') }), view)
}

function stateOf(node) {
  if ((node.problems || []).some((problem) => problem.severity === 'error')) return badge(t('nodes.faulty'), 'bad')
  if (node.revision < node.storedRevision) return badge(t('nodes.behind'), 'warn')
  return badge(t('nodes.current'), 'good')
}
