// Elements out of plain calls. Children that are not nodes become text nodes, so data is never read as markup.

const SVG = 'http://www.w3.org/2000/svg'

/** Makes an HTML element: h('a', { href: '#/keys', class: 'button' }, 'Keys'). */
export function h(tag, props, ...children) {
  return build(document.createElement(tag), props, children)
}

/** Makes an SVG element. */
export function svg(tag, props, ...children) {
  return build(document.createElementNS(SVG, tag), props, children)
}

/** Puts children in the place of those that an element has. */
export function fill(node, ...children) {
  node.replaceChildren()
  append(node, children)
  return node
}

export function append(node, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === true) continue
    if (Array.isArray(child)) append(node, child)
    else node.append(child instanceof Node ? child : String(child))
  }
}

function build(node, props, children) {
  if (props) for (const name of Object.keys(props)) set(node, name, props[name])
  append(node, children)
  // The value of a select exists once its options do.
  if (props && props.value !== undefined && node.tagName === 'SELECT') node.value = props.value
  return node
}

const asProperties = new Set(['value', 'checked', 'disabled', 'selected', 'indeterminate', 'hidden', 'readOnly', 'open'])

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return
  if (name.startsWith('on')) node.addEventListener(name.slice(2).toLowerCase(), value)
  // Set through the object model: the content security policy allows no style attributes in markup.
  else if (name === 'style') for (const key of Object.keys(value)) node.style.setProperty(key, String(value[key]))
  else if (asProperties.has(name) && name in node) node[name] = value
  else if (name === 'href') node.setAttribute('href', safeAddress(String(value)))
  else node.setAttribute(name, value === true ? '' : String(value))
}

/** Addresses that lead to a place, never to a script. */
function safeAddress(address) {
  return /^(#|\.?\/(?!\/)|https?:\/\/|data:text\/csv|blob:)/i.test(address) ? address : '#/'
}

let lastId = 0
/** An id that no other element of this page has. */
export const newId = (stem = 'e') => `${stem}-${++lastId}`

/** Calls an action once things have been quiet for a while. */
export function later(milliseconds, action) {
  let timer = 0
  const run = (...values) => {
    clearTimeout(timer)
    timer = setTimeout(() => action(...values), milliseconds)
  }
  run.cancel = () => clearTimeout(timer)
  return run
}

/** Says something to screen readers. */
export function speak(text) {
  const place = document.getElementById('spoken')
  if (place) {
    place.textContent = ''
    setTimeout(() => { place.textContent = text }, 30)
  }
}
