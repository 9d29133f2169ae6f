// A value that others can watch.

/** A value with watchers: get(), set(value), watch(action) → a function that ends the watching. */
export function store(initial) {
  let value = initial
  const watchers = new Set()
  return {
    get: () => value,
    set(next) {
      value = next
      for (const watcher of [...watchers]) watcher(value)
    },
    watch(action) {
      watchers.add(action)
      return () => watchers.delete(action)
    }
  }
}

/** A text that outlives the page, or null where the browser keeps nothing. */
export const kept = {
  read(name, area = localStorage) {
    try { return area.getItem(`sluice.${name}`) } catch { return null }
  },
  write(name, text, area = localStorage) {
    try {
      if (text === null) area.removeItem(`sluice.${name}`)
      else area.setItem(`sluice.${name}`, text)
    } catch { /* A full or forbidden store: the value lives as long as the page. */ }
  }
}

/** Whether two JSON values say the same, whatever the order of their keys. */
export function same(one, other) {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && same(one[key], other[key]))
}

export const copyOf = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))
