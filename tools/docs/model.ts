// SPDX-License-Identifier: MIT
// What TypeDoc finds, as the JSON that it writes, so far as we read it: https://typedoc.org/api/modules/JSONOutput.html
import { readFileSync } from "node:fs";

/** TypeDoc's ReflectionKind, so far as we tell kinds apart. */
export const kinds = {
	module: 2,
	namespace: 4,
	function: 64,
	class: 128,
	constructor: 512,
	method: 2048,
	reference: 4194304,
};

export interface CommentPart {
	kind: "text" | "code" | "inline-tag" | "relative-link";
	text: string;
}

export interface Comment {
	summary: CommentPart[];
	blockTags?: { tag: `@${string}`; name?: string; content: CommentPart[] }[];
}

export interface Reflection {
	name: string;
	kind: number;
	comment?: Comment;
	flags?: { isInherited?: boolean };
	children?: Reflection[];
	signatures?: Reflection[];
}

export function readReflections(file: string): Reflection {
	return JSON.parse(readFileSync(file, "utf8")) as Reflection;
}

/** Something with a docstring of its own, and what the docstrings of its overloads say together. */
export interface Entry {
	/** The specifier of its module. */
	module: string;
	/** As a person says it: "Socket.connect". The module itself has "". */
	name: string;
	kind: number;
	comments: Comment[];
}

/** The modules, what each exports, and the constructors and methods of the classes among that. */
export function entries(project: Reflection): Entry[] {
	const found: Entry[] = [];
	const add = ({ kind, comment, signatures = [] }: Reflection, module: string, name: string) => {
		const comments = [comment, ...signatures.map((signature) => signature.comment)].filter((one) => one !== undefined);
		found.push({ module, name, kind, comments });
	};
	for (const module of project.children ?? []) {
		add(module, module.name, "");
		for (const item of module.children ?? []) {
			if (item.kind === kinds.namespace || item.kind === kinds.reference) continue;
			add(item, module.name, item.name);
			if (item.kind !== kinds.class) continue;
			for (const member of item.children ?? []) {
				if ((member.kind !== kinds.method && member.kind !== kinds.constructor) || member.flags?.isInherited) continue;
				add(member, module.name, item.name + (member.name.startsWith("[") ? member.name : `.${member.name}`));
			}
		}
	}
	return found;
}

/** The texts of a docstring's block tags of one kind, each once: overloads share theirs. */
export function blocks({ comments }: Entry, tag: string): string[] {
	const tags = comments.flatMap(({ blockTags }) => blockTags ?? []).filter((block) => block.tag === tag);
	return [...new Set(tags.map(({ content }) => content.map(({ text }) => text).join("")))];
}
