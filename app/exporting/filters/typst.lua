-- A chapter's AST becomes calls of the functions in templates/book.typ.
--
-- Pandoc's own typst writer passes code through in three places (attributes that start with
-- "typst:", languages of code blocks, raw pieces) and writes text that does not compile in three
-- more. So nothing of a document is left to it: every character is escaped here, every string is a
-- literal, and all structure is a function call with content in brackets. `#none;` at the start of
-- each bracket keeps the first word from being read as the marker of a list or a heading.

local function inline(code) return pandoc.RawInline('typst', code) end
local function block(code) return pandoc.RawBlock('typst', code) end

-- A typst string literal.
local function literal(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('\r', ''):gsub('\n', '\\n')
    :gsub('\t', '\\t') .. '"'
end

-- Text for markup: every ASCII sign that could mean something is escaped.
local function escaped(text)
  return (text:gsub('[%p]', '\\%0'))
end

local function around(before, content)
  local out = pandoc.Inlines{inline(before .. '[#none;')}
  out:extend(content)
  out:insert(inline(']'))
  return out
end

-- Blocks between brackets; several groups make several arguments.
local function call(before, groups)
  local out = pandoc.Blocks{}
  for index, group in ipairs(groups) do
    out:insert(block((index == 1 and before or ']') .. '[#none;'))
    out:extend(group)
  end
  out:insert(block(#groups == 0 and before .. '()' or ']'))
  return out
end

-- Which way a line goes that runs against the book; by now its span is a raw piece.
local function way_of(line)
  return line[1] and line[1].t == 'RawInline' and line[1].text:match('^#way%((%a+)%)')
end

local function has(classes, name)
  for _, class in ipairs(classes) do if class == name then return true end end
  return false
end

local callouts = { note = true, tip = true, warning = true, example = true }

local function figure(fig)
  local image
  fig.content:walk{ Image = function(found) image = image or found end }
  if not image then return fig.content end
  local caption, credit = pandoc.Inlines{}, pandoc.Inlines{}
  for _, part in ipairs(fig.caption.long) do
    local line = part.content
    if #line == 1 and line[1].t == 'Span' and has(line[1].classes, 'credit') then
      credit = line[1].content
    else
      caption:extend(line)
    end
  end
  local alt = image.attributes.alt or ''
  local decorative = has(image.classes, 'decorative') and 'true' or 'false'
  local out = pandoc.Inlines{inline('#picture(' .. literal('/pictures/' .. image.src) .. ', alt: '
    .. literal(alt) .. ', decorative: ' .. decorative .. ', caption: ')}
  if #caption > 0 then out:extend(around('', caption)) else out:insert(inline('none')) end
  out:insert(inline(', credit: '))
  if #credit > 0 then out:extend(around('', credit)) else out:insert(inline('none')) end
  out:insert(inline(', dir: ' .. (way_of(caption) or 'none') .. ', credit-dir: '
    .. (way_of(credit) or 'none') .. ', number: '
    .. (fig.attributes.number and literal(fig.attributes.number) or 'none') .. ')'))
  return pandoc.Plain(out)
end

-- About how many characters some blocks have; by now all of them are raw pieces.
local function lengths(blocks)
  local count = 0
  pandoc.Blocks(blocks):walk{
    RawInline = function(raw) count = count + #raw.text end,
    RawBlock = function(raw) count = count + #raw.text + 100 end,
    Para = function() count = count + 60 end,
  }
  return count
end

local function tabular(tbl)
  local widths, cells, groups, all_short = {}, {}, {}, true
  for _, spec in ipairs(tbl.colspecs) do
    widths[#widths + 1] = spec[2] and string.format('%.4f', spec[2]) or 'none'
  end
  local function rows(list, heads)
    for _, row in ipairs(list) do
      -- A row is kept on one page, unless one of its cells might be taller than a page: a single
      -- cell that must not break would hold the whole row together, and what does not fit is cut.
      local short = true
      for _, cell in ipairs(row.cells) do
        short = short and lengths(cell.contents) < 700
      end
      for at, cell in ipairs(row.cells) do
        local head = at <= heads or has(cell.classes, 'header')
        all_short = all_short and short
        cells[#cells + 1] = string.format('(%d, %d, %s, %s)', cell.col_span, cell.row_span,
          head and 'true' or 'false', short and 'true' or 'false')
        groups[#groups + 1] = cell.contents
      end
    end
  end
  rows(tbl.head.rows, 1000)
  -- A head is repeated on each page, so it has to be small.
  local in_head = all_short and #groups or 0
  for _, body in ipairs(tbl.bodies) do rows(body.body, body.row_head_columns) end
  local before = '#tabular((' .. table.concat(widths, ', ') .. ',), ' .. in_head .. ', ('
    .. table.concat(cells, ', ') .. (#cells > 0 and ',' or '') .. '))'
  return call(before, groups)
end

local function items(before, list)
  local groups = {}
  for _, item in ipairs(list) do groups[#groups + 1] = item end
  return call(before, groups)
end

-- A list is tight when its items begin with Plain instead of Para.
local function tight(list)
  for _, item in ipairs(list) do
    if item[1] and item[1].t == 'Para' then return 'false' end
  end
  return 'true'
end

function Pandoc(document)
  local structure = {
    RawInline = function() return {} end,
    RawBlock = function() return {} end,
    Figure = figure,
    Table = tabular,
    BulletList = function(list) return items('#bullets(' .. tight(list.content) .. ')', list.content) end,
    OrderedList = function(list)
      return items('#numbers(' .. tight(list.content) .. ', ' .. list.start .. ')', list.content)
    end,
    BlockQuote = function(quote) return call('#quotation', {quote.content}) end,
    Div = function(div)
      if has(div.classes, 'attribution') then return call('#attribution', {div.content}) end
      local kind = 'note'
      for _, class in ipairs(div.classes) do if callouts[class] then kind = class end end
      return call('#callout(' .. literal(kind) .. ')', {div.content})
    end,
    CodeBlock = function(code)
      return block('#listing(' .. literal(code.classes[1] or '') .. ', ' .. literal(code.text) .. ')')
    end,
    HorizontalRule = function() return block('#pause()') end,
    Header = function(header)
      return pandoc.Plain(around('#section(' .. header.level .. ', ' .. literal(header.identifier)
        .. ')', header.content))
    end,
  }
  -- Raw pieces of the document go before ours are made; then text, innermost first.
  document = document:walk{ RawInline = structure.RawInline, RawBlock = structure.RawBlock }
  document = document:walk{ Image = function(image)
    image.attributes.alt = pandoc.utils.stringify(image.caption)
    image.caption = {}
    return image
  end }
  document = document:walk{
    Str = function(str) return inline(escaped(str.text)) end,
    Code = function(code) return inline('#mono(' .. literal(code.text) .. ')') end,
    LineBreak = function() return inline('#linebreak();') end,
    Math = function(math) return inline('#mono(' .. literal(math.text) .. ')') end,
    Strong = function(el) return around('#strong', el.content) end,
    Emph = function(el) return around('#emph', el.content) end,
    Strikeout = function(el) return around('#strike', el.content) end,
    Subscript = function(el) return around('#sub', el.content) end,
    Superscript = function(el) return around('#super', el.content) end,
    Note = function(note)
      local line = pandoc.utils.blocks_to_inlines(note.content)
      local way = way_of(line)
      return around('#note' .. (way and '(dir: ' .. way .. ')' or ''), line)
    end,
    Link = function(link)
      if link.target:sub(1, 1) == '#' then
        return around('#inside(' .. literal(link.target:sub(2)) .. ')', link.content)
      end
      return around('#outside(' .. literal(link.target) .. ')', link.content)
    end,
    Span = function(span)
      if has(span.classes, 'at') then
        return inline('#metadata(' .. literal(span.identifier) .. ')<at>')
      end
      local dir = span.attributes.dir
      if dir == 'ltr' or dir == 'rtl' then
        return around('#way(' .. dir .. ')', span.content)
      end
    end,
    Quoted = function(quoted) return quoted.content end,
    Cite = function(cite) return cite.content end,
  }
  structure.RawInline, structure.RawBlock = nil, nil
  return document:walk(structure)
end
