// Line icons on a grid of 16.
import { svg } from './dom.js'

const paths = {
  overview: ['M2 9l6-6 6 6', 'M4 8v6h8V8'],
  playground: ['M4 3l9 5-9 5z'],
  models: ['M8 1.5l6 3.2v6.6l-6 3.2-6-3.2V4.7z', 'M2 4.7l6 3.3 6-3.3', 'M8 8v6.5'],
  providers: ['M3 3h10a1 1 0 0 1 1 1v2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z',
    'M3 9h10a1 1 0 0 1 1 1v2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-2a1 1 0 0 1 1-1z', 'M5 5h.01M5 11h.01'],
  consumers: ['M6 3a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z', 'M1.5 14c.6-3 2.3-4.2 4.5-4.2s3.9 1.2 4.5 4.2',
    'M11 3.5a2.3 2.3 0 0 1 0 4.4', 'M12 10c1.5.5 2.3 1.9 2.7 4'],
  keys: ['M5 8a3 3 0 1 1 0 6 3 3 0 0 1 0-6z', 'M7.2 8.8L14 2', 'M11 5l2 2'],
  limits: ['M2 11a6 6 0 1 1 12 0', 'M8 11l3-4'],
  usage: ['M2 14V9', 'M6 14V4', 'M10 14V7', 'M14 14V2'],
  exchanges: ['M3 3h10', 'M3 8h10', 'M3 13h6'],
  audit: ['M4 2h6l3 3v9H4z', 'M9.5 2v3.5H13', 'M6.5 9h4M6.5 11.5h4'],
  configuration: ['M2 4h7M13 4h1', 'M2 12h1M7 12h7', 'M11 2.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z',
    'M5 10.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z'],
  nodes: ['M8 2.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z', 'M3.5 10.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z',
    'M12.5 10.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z', 'M7.2 5.3l-2.9 5.3M8.8 5.3l2.9 5.3M5 12h6'],
  settings: ['M8 5.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z',
    'M8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M12.6 3.4l-1.4 1.4M4.8 11.2l-1.4 1.4'],
  search: ['M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z', 'M10.4 10.4L14 14'],
  menu: ['M2 4h12M2 8h12M2 12h12'], close: ['M3.5 3.5l9 9M12.5 3.5l-9 9'], add: ['M8 3v10M3 8h10'],
  copy: ['M5.5 5.5h8v8h-8z', 'M10.5 5.5v-3h-8v8h3'], check: ['M3 8.5l3.5 3.5L13 4.5'],
  down: ['M4 6l4 4 4-4'], next: ['M6 3l5 5-5 5'],
  light: ['M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6z', 'M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1'],
  dark: ['M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z'],
  system: ['M2 3h12v8H2z', 'M6 14h4M8 11v3'], user: ['M8 2.5a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4z', 'M3 14c.6-3.2 2.5-4.5 5-4.5s4.4 1.3 5 4.5'],
  remove: ['M3 4.5h10', 'M6 4.5V3h4v1.5', 'M4.5 4.5l.6 9h5.8l.6-9'], edit: ['M3 13l.5-2.5L11 3l2 2-7.5 7.5z'],
  download: ['M8 2v8M4.5 7L8 10.5 11.5 7', 'M3 13.5h10'], 
  warning: ['M8 2.5L14.5 13.5h-13z', 'M8 6.5v3.5M8 12h.01'], help: ['M6 6a2 2 0 1 1 2.7 1.9c-.5.2-.7.6-.7 1.1v.5', 'M8 12h.01', 'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z'],
  signOut: ['M6.5 2.5h-4v11h4', 'M6.5 8H14M11 5l3 3-3 3'], refresh: ['M13 8a5 5 0 1 1-1.5-3.5', 'M13 2v3h-3'], stop: ['M4 4h8v8H4z'],
  file: ['M4 2h5l3 3v9H4z', 'M9 2v3h3']
}

export function icon(name) {
  return svg('svg', {
    viewBox: '0 0 16 16', class: 'icon', fill: 'none', stroke: 'currentColor', 'stroke-width': '1.5',
    'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true'
  }, (paths[name] || []).map((d) => svg('path', { d })))
}

/** Six dots: what can be dragged. */
export function gripIcon() {
  const dots = []
  for (const x of [5.5, 10.5]) for (const y of [3.5, 8, 12.5]) dots.push(svg('circle', { cx: x, cy: y, r: 1.2 }))
  return svg('svg', { viewBox: '0 0 16 16', class: 'icon', fill: 'currentColor', 'aria-hidden': 'true' }, dots)
}

export function mark() {
  return svg('svg', {
    viewBox: '0 0 22 22', class: 'mark', fill: 'none', stroke: 'currentColor', 'stroke-width': '2',
    'stroke-linecap': 'round', 'aria-hidden': 'true'
  }, svg('path', { d: 'M3 3v16M19 3v16M3 8h16' }),
  svg('path', { d: 'M7 12c2-2 3 2 5 0s3 2 4 0M7 17c2-2 3 2 5 0s3 2 4 0', 'stroke-width': '1.6' }))
}
