// The pages of the console, in the groups that the navigation shows.
import { may, seesAll } from './api.js'

const page = (group, name, key, path = [name]) => ({ group, name, key, path, label: `nav.${name}`, load: () => import(`../pages/${name}.js`) })
// What somebody who sees one team only gets from the server is empty, or refused.
const ofAll = new Set(['providers', 'configuration', 'nodes'])

const places = [
  page('traffic', 'overview', 'o', []),
  page('traffic', 'playground', 't'),
  page('traffic', 'models', 'm'),
  page('traffic', 'providers', 'p'),
  page('access', 'consumers', 'c'),
  page('access', 'keys', 'k'),
  page('access', 'limits', 'l'),
  page('observe', 'usage', 'u'),
  page('observe', 'exchanges', 'x'),
  page('observe', 'audit', 'a'),
  page('system', 'configuration', 'f'),
  page('system', 'nodes', 'n'),
  page('system', 'settings', 's')
]

/** The pages for the one who is signed in. */
export const openPlaces = () => places.filter(({ name }) => (name === 'audit' ? may('users') : seesAll() || !ofAll.has(name)))

/** The texts that `label` names: t('nav.overview') t('nav.playground') t('nav.models') t('nav.providers') t('nav.consumers')
 * t('nav.keys') t('nav.limits') t('nav.usage') t('nav.exchanges') t('nav.audit') t('nav.configuration') t('nav.nodes') t('nav.settings') */
export const placeOfPath = (path) => places.find((one) => (one.path[0] ?? '') === (path[0] ?? '')) || null
