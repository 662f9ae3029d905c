;; Opens main.py with Eglot, reports what is shown before and after an unsaved edit, applies the fix and saves.

(require 'eglot)
(require 'flymake)

(defun wait-until (condition)
  (let ((end (+ (float-time) 90)))
    (while (and (not (funcall condition)) (< (float-time) end))
      (accept-process-output nil 0.1))))

(defun here ()
  (list :textDocument (eglot--TextDocumentIdentifier)
        :range (list :start (eglot--pos-to-lsp-position) :end (eglot--pos-to-lsp-position))
        :context (list :diagnostics [])))

(defun report (format &rest values)
  (princ (concat (apply #'format format values) "\n")))

(setq eglot-sync-connect 90
      make-backup-files nil
      eglot-server-programs `((python-mode . ,(split-string (getenv "SERVER")))))
(find-file "main.py")
(python-mode)
(call-interactively #'eglot)
(flymake-mode 1)
(wait-until #'flymake-diagnostics)
(dolist (each (flymake-diagnostics))
  (report "found on %d: %s" (line-number-at-pos (flymake-diagnostic-beg each)) (flymake-diagnostic-text each)))

(goto-char (point-max))
(insert "\n\n@app.get(\"/new\")\nasync def new():\n    return HTTPException(status_code=404)\n")
(eglot--signal-textDocument/didChange) ; at once: nothing is ever idle without a window
(wait-until (lambda () (flymake-start) (> (length (flymake-diagnostics)) 1)))
(report "after an unsaved edit: %d" (length (flymake-diagnostics)))

(goto-char (point-min))
(search-forward "return HTTPException")
(let* ((actions (jsonrpc-request (eglot--current-server-or-lose) :textDocument/codeAction (here)))
       (fix (seq-find (lambda (each) (string-match-p "raise" (plist-get each :title))) actions)))
  (eglot--apply-workspace-edit (plist-get fix :edit))
  (save-buffer)
  (report "applied: %s" (plist-get fix :title)))
