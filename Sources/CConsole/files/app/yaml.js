// JSON values written as YAML, for reading; nothing of what is written here is parsed again.

/** A value as YAML lines. */
export function toYaml(value, indent = '') {
  if (value === undefined) return ''
  if (Array.isArray(value)) {
    if (!value.length) return `${indent}[]`
    return value.map((item) => {
      if (isPlain(item)) return `${indent}- ${scalar(item)}`
      return `${indent}- ${toYaml(item, indent + '  ').trimStart()}`
    }).join('\n')
  }
  if (value && typeof value === 'object') {
    const keys = Object.keys(value)
    if (!keys.length) return `${indent}{}`
    return keys.map((key) => {
      const item = value[key]
      return isPlain(item) ? `${indent}${scalar(key)}: ${scalar(item)}` : `${indent}${scalar(key)}:\n${toYaml(item, indent + '  ')}`
    }).join('\n')
  }
  return indent + scalar(value)
}

const isPlain = (value) => value === null || typeof value !== 'object' || !Object.keys(value).length

function scalar(value) {
  if (Array.isArray(value)) return '[]'
  if (value && typeof value === 'object') return '{}'
  if (typeof value !== 'string') return String(value)
  const reads = /^[\w./$@:+ -]*$/.test(value) && /^[\w./$]/.test(value) && !/^(true|false|null|yes|no|~|-?[\d.]+)$/i.test(value)
  return reads && !/: |:$| #|^ | $/.test(value) && value ? value : JSON.stringify(value)
}
