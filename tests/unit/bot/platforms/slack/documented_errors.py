"""The error codes that Slack's documentation lists for the methods that we call, as it describes them.

From the pages below https://docs.slack.dev/reference/methods; nothing here says how we react.
"""

COMMON = """
    access_denied accesslimited account_inactive app_access_restricted deprecated_endpoint ekm_access_denied
    enterprise_is_restricted fatal_error internal_error invalid_arg_name invalid_arguments invalid_array_arg invalid_auth
    invalid_charset invalid_form_data invalid_post_type method_deprecated missing_post_type missing_scope no_permission
    not_allowed_token_type not_authed org_login_required ratelimited request_timeout service_unavailable
    team_access_not_granted team_added_to_org token_expired token_revoked two_factor_setup_required unknown_method
"""

BY_METHOD = {
    "chat.postMessage": """
        as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message channel_not_found
        duplicate_channel_not_found duplicate_message_not_found invalid_blocks invalid_blocks_format
        invalid_metadata_format invalid_metadata_schema is_archived is_bot markdown_text_conflict message_limit_exceeded
        messages_tab_disabled messaging_processing_failed metadata_must_be_sent_from_app metadata_too_large
        msg_blocks_too_long msg_too_long no_text not_in_channel rate_limited restricted_action
        restricted_action_non_threadable_channel restricted_action_read_only_channel restricted_action_thread_locked
        restricted_action_thread_only_channel slack_connect_canvas_sharing_blocked
        slack_connect_file_link_sharing_blocked slack_connect_lists_sharing_blocked team_not_found too_many_attachments
        too_many_contact_cards user_not_found
    """,
    "chat.postEphemeral": """
        channel_not_found invalid_blocks invalid_blocks_format is_archived message_limit_exceeded messages_tab_disabled
        msg_too_long no_text restricted_action too_many_attachments user_not_in_channel
    """,
    "chat.update": """
        block_mismatch cant_broadcast_message cant_update_message channel_not_found edit_window_closed
        external_channel_migrating file_is_deleted file_share_limit_reached invalid_attachments invalid_blocks is_inactive
        markdown_text_conflict message_not_found metadata_must_be_sent_from_app msg_too_long
        no_dual_broadcast_content_update no_text streaming_state_conflict too_many_attachments update_failed
    """,
    "conversations.open": """
        cannot_dm_bot channel_not_found invalid_user_combination method_not_supported_for_channel_type not_enough_users too_many_users
        user_disabled user_not_found user_not_visible users_list_not_supplied
    """,
    "conversations.replies": """
        channel_not_found invalid_cursor invalid_limit invalid_metadata_filter_keys invalid_ts_latest invalid_ts_oldest
        not_in_channel thread_not_found
    """,
    "views.open": "duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id view_too_large",
    "views.update": "duplicate_external_id hash_conflict not_found view_too_large",
    "views.publish": """
        duplicate_external_id hash_conflict missing_profile_id not_enabled not_implemented view_too_large
    """,
    "files.getUploadURLExternal": """
        alt_txt_too_large file_upload_size_restricted file_uploads_disabled missing_argument snippet_too_large
        storage_limit_reached unknown_snippet_type unknown_subtype
    """,
    "files.completeUploadExternal": """
        channel_not_found channels_limit_exceeded file_not_found file_update_failed invalid_blocks invalid_channel
        not_in_channel posting_to_channel_denied
    """,
    "reactions.add": """
        already_reacted bad_timestamp external_channel_migrating invalid_name is_archived message_not_found no_access
        no_item_specified not_reactable thread_locked too_many_emoji too_many_reactions
    """,
    "assistant.threads.setStatus": "channel_not_found invalid_thread_ts message_not_found reserved_username",
}


def documented() -> frozenset[str]:
    return frozenset(code for codes in (COMMON, *BY_METHOD.values()) for code in codes.split())
