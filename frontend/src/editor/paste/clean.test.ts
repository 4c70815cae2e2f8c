// Promise: what is pasted keeps its meaning and loses its paint.
import { getSchema } from '@tiptap/core';
import { DOMParser as PMParser } from '@tiptap/pm/model';
import { expect, test } from 'vitest';
import { manuscript } from '../schema';
import { cleanHtml, cleanText, dataFile } from './clean';

const schema = getSchema(manuscript());

function pasted(html: string): string {
  const body = new DOMParser().parseFromString(cleanHtml(html).html, 'text/html').body;
  return PMParser.fromSchema(schema).parse(body).toString();
}

test('Google Docs: the wrapping bold goes, real bold and italic stay', () => {
  const html = `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1">
    <p dir="ltr"><span style="font-weight:400">Plain </span><span style="font-weight:700">bold</span>
    <span style="font-style:italic">leaning</span></p><br></b>`;
  const found = pasted(html);
  expect(found).toContain('bold("bold")');
  expect(found).toContain('italic("leaning")');
  expect(found).toContain('"Plain "');
});

test('Word: painted lists become lists, nested and numbered', () => {
  const item = (level: number, mark: string, text: string): string =>
    `<p class=MsoListParagraph style='mso-list:l0 level${level} lfo1'><span style='mso-list:Ignore'>${mark}
    <span>&nbsp;&nbsp; </span></span>${text}<o:p></o:p></p>`;
  const html = `<html><body><!--StartFragment--><p class=MsoNormal>Intro<o:p></o:p></p>
    ${item(1, '·', 'One')}${item(2, '1.', 'Deep')}${item(1, '·', 'Two')}<!--EndFragment--></body></html>`;
  expect(pasted(html)).toContain(
    'bulletList(listItem(paragraph("One"), orderedList(listItem(paragraph("Deep")))), listItem(paragraph("Two")))',
  );
});

test('links into the copied text stay in it, and the anchors of a Word file go', () => {
  const here = location.href.replace(/#.*$/, '');
  const html = `<p><a href="${here}#why">why</a> <a href="${here}#_ftnref1">[1]</a>
    <a href="#_Toc123">Contents</a> <a href="file:///C:/x.docx#_ftn1">note</a>
    <a href="//example.org/a">there</a></p>`;
  const links = cleanHtml(html).html.match(/href="[^"]*"/g);
  expect(links).toEqual(['href="#why"', 'href="https://example.org/a"']);
});

test('Word: a footnote moves into its line', () => {
  const html = `<p>Claim<a href="#_ftn1" name="_ftnref1"><sup>[1]</sup></a>.</p>
    <hr align=left size="1"><div id="ftn1"><p><a href="#_ftnref1">[1]</a> The source.</p></div>`;
  expect(pasted(html)).toMatch(/paragraph\("Claim", footnote\("\s?The source\."\), "\."\)/);
});

test('pictures inside are taken out to be uploaded; those elsewhere are counted', () => {
  const pixel =
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';
  const cleaned = cleanHtml(
    `<p>A<img src="${pixel}" alt="dot"></p><p><img src="https://example.org/x.jpg"></p>`,
  );
  expect(cleaned.html).not.toMatch(/base64|<img/);
  expect(cleaned.pictures.map((file) => [file.name, file.type])).toEqual([
    ['dot.png', 'image/png'],
  ]);
  expect(cleaned.left).toBe(1);
  expect(dataFile('data:image/svg+xml;base64,PHN2Zz4=', 'x')).toBeNull();
});

test('scripts, styles and links that lead nowhere good are gone', () => {
  const html = `<style>p{}</style><script>x()</script><p onclick="x()">Go
    <a href="javascript:x()">bad</a> <a href="https://example.org">good</a></p><iframe src="x"></iframe>`;
  const found = pasted(html);
  expect(found).not.toContain('x()');
  expect(found).toContain('link("good")');
  expect(found).not.toContain('link("bad")');
});

test('a first heading becomes a second one: the page has its title already', () => {
  const found = new DOMParser().parseFromString(cleanHtml('<h1>Big</h1>').html, 'text/html');
  expect(found.body.innerHTML).toBe('<h2>Big</h2>');
});

test('no-break spaces of word processors go, those of typography stay', () => {
  const text = (html: string): string | null =>
    new DOMParser().parseFromString(cleanHtml(html).html, 'text/html').body.textContent;
  expect(text('<p>one\u00a0two</p>')).toBe('one two');
  expect(text('<p>10\u00a0000 Quoi\u00a0?</p>')).toBe('10\u00a0000 Quoi\u00a0?');
});

test('nesting that no book has is made flat', () => {
  const deep = `${'<ul><li>'.repeat(80)}x${'</li></ul>'.repeat(80)}`;
  expect(pasted(deep).match(/bulletList/g)?.length).toBeLessThan(30);
});

test('half characters and control characters do not get in', () => {
  expect(cleanText('a\ud83d b\u0000c\r\nd😀')).toBe('a\ufffd bc\nd😀');
});

test('what comes from this editor is left as it is', () => {
  const own = '<p data-pm-slice="0 0 []"><img src="x">same</p>';
  expect(cleanHtml(own).html).toBe(own);
});
